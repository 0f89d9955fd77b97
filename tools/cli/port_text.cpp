#include "tools/cli/port_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "tools/cli/json_fields.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

std::string with_port(const std::string& address, const std::string& port) {
    return address.contains(':') ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

long number_before_slash(std::string_view text) {
    long number = 0;
    for (const char c : text.substr(0, text.find('/'))) {
        number = c >= '0' && c <= '9' && number < 100'000 ? number * 10 + (c - '0') : number;
    }
    return number;
}

std::vector<std::string> bound_to(const json::value& bindings) {
    std::vector<std::string> all;
    for (const auto& binding : array_of(bindings)) {
        all.push_back(with_port(text_field(binding, {"HostIp"}), text_field(binding, {"HostPort"})));
    }
    return all;
}

struct Port {
    std::string protocol;
    std::string address; // empty: not published
    std::int64_t inside = 0;
    std::int64_t outside = 0;
    std::int64_t last = 0; // inside, of those that follow each other
};

std::string shown(const Port& port) {
    if (!port.address.empty() && port.outside != port.inside) {
        return fmt::format("{}->{}/{}", with_port(port.address, std::to_string(port.outside)), port.inside,
                           port.protocol);
    }
    const auto range =
        port.last == port.inside ? std::to_string(port.inside) : fmt::format("{}-{}", port.inside, port.last);
    return port.address.empty() ? fmt::format("{}/{}", range, port.protocol)
                                : fmt::format("{}->{}/{}", with_port(port.address, range), range, port.protocol);
}

std::vector<Port> sorted_ports(const json::value& ports) {
    std::vector<Port> all;
    for (const auto& one : array_of(ports)) {
        const auto inside = number_field(one, {"PrivatePort"});
        all.push_back(
            {text_field(one, {"Type"}), text_field(one, {"IP"}), inside, number_field(one, {"PublicPort"}), inside});
    }
    std::ranges::sort(all, {},
                      [](const Port& one) { return std::tuple(one.inside, one.address, one.outside, one.protocol); });
    return all;
}

} // namespace

std::string port_lines(const json::value& ports) {
    std::vector<std::pair<std::string, const json::value*>> sorted;
    for (const auto& [port, bindings] : object_of(ports)) {
        sorted.emplace_back(port, &bindings);
    }
    std::ranges::sort(sorted, {}, [](const auto& one) { return std::pair(number_before_slash(one.first), one.first); });
    std::string text;
    for (const auto& [port, bindings] : sorted) {
        for (const auto& to : bound_to(*bindings)) {
            text += fmt::format("{} -> {}\n", port, to);
        }
    }
    return text;
}

std::optional<std::string> port_lines_of(const json::value& ports, std::string_view port) {
    std::string text;
    for (const auto& to : bound_to(field(ports, {port}))) {
        text += to + "\n";
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string ports_summary(const json::value& ports) {
    std::vector<Port> ended;  // ranges that another one of their kind follows
    std::vector<Port> open;   // the last range of each kind
    std::vector<Port> mapped; // to another port: each for itself, and last
    for (const auto& one : sorted_ports(ports)) {
        if (!one.address.empty() && one.outside != one.inside) {
            mapped.push_back(one);
            continue;
        }
        const auto same = std::ranges::find_if(
            open, [&](const Port& other) { return other.address == one.address && other.protocol == one.protocol; });
        if (same == open.end()) {
            open.push_back(one);
        } else if (same->last + 1 == one.inside) {
            same->last = one.inside;
        } else {
            ended.push_back(std::exchange(*same, one));
        }
    }
    std::string text;
    for (const auto* group : {&ended, &open, &mapped}) {
        for (const auto& one : *group) {
            text += (text.empty() ? "" : ", ") + shown(one);
        }
    }
    return text;
}

} // namespace pontoon
