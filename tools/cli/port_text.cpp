#include "tools/cli/port_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
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
    std::string address;
    std::int64_t inside = 0;
    std::int64_t outside = 0; // 0: not published
    std::int64_t count = 1;   // how many follow each other
};

std::string range(std::int64_t first, std::int64_t count) {
    return count == 1 ? std::to_string(first) : fmt::format("{}-{}", first, first + count - 1);
}

// The next one of the same kind.
bool continues(const Port& before, const Port& next) {
    return before.protocol == next.protocol && before.address == next.address &&
           before.inside + before.count == next.inside &&
           (before.outside == 0 ? next.outside == 0 : before.outside + before.count == next.outside);
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
    std::vector<Port> all;
    for (const auto& one : array_of(ports)) {
        all.push_back({text_field(one, {"Type"}), text_field(one, {"IP"}), number_field(one, {"PrivatePort"}),
                       number_field(one, {"PublicPort"})});
    }
    std::ranges::sort(all, {}, [](const Port& one) {
        return std::tuple(one.outside == 0, one.address, one.protocol, one.inside, one.outside);
    });
    std::vector<Port> folded;
    for (const auto& one : all) {
        if (!folded.empty() && continues(folded.back(), one)) {
            ++folded.back().count;
        } else {
            folded.push_back(one);
        }
    }
    std::ranges::stable_sort(folded, {}, [](const Port& one) { return one.inside; });
    std::string text;
    for (const auto& one : folded) {
        const auto inside = fmt::format("{}/{}", range(one.inside, one.count), one.protocol);
        text += text.empty() ? "" : ", ";
        text += one.outside == 0 ? inside
                                 : fmt::format("{}->{}", with_port(one.address, range(one.outside, one.count)), inside);
    }
    return text;
}

} // namespace pontoon
