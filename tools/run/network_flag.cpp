#include "tools/run/network_flag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

namespace pontoon {

namespace json = boost::json;

namespace {

[[noreturn]] void invalid(const std::string& text, const std::string& why) {
    throw std::runtime_error(fmt::format("invalid argument \"{}\" for \"--network\" flag: {}", text, why));
}

json::array texts(const std::vector<std::string>& all) {
    json::array result;
    for (const auto& one : all) {
        result.emplace_back(one);
    }
    return result;
}

json::object& object_in(json::object& parent, const char* key) {
    auto& value = parent[key];
    return value.is_object() ? value.get_object() : value.emplace_object();
}

json::array& array_in(json::object& parent, const char* key) {
    auto& value = parent[key];
    return value.is_array() ? value.get_array() : value.emplace_array();
}

void set_field(const std::string& text, NetworkChoice& choice, const std::string& key, const std::string& value) {
    auto& settings = choice.settings;
    if (key == "name") {
        choice.name = value;
    } else if (key == "alias") {
        array_in(settings, "Aliases").emplace_back(value);
    } else if (key == "ip" || key == "ip6") {
        object_in(settings, "IPAMConfig")[key == "ip" ? "IPv4Address" : "IPv6Address"] = value;
    } else if (key == "link-local-ip") {
        array_in(object_in(settings, "IPAMConfig"), "LinkLocalIPs").emplace_back(value);
    } else if (key == "mac-address") {
        settings["MacAddress"] = value;
    } else if (key == "driver-opt") {
        const auto equals = value.find('=');
        if (equals == std::string::npos) {
            invalid(text, "invalid key value pair format in driver options");
        }
        object_in(settings, "DriverOpts")[value.substr(0, equals)] = value.substr(equals + 1);
    } else if (key == "gw-priority") {
        std::int32_t number = 0;
        const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
        if (value.empty() || read.ec != std::errc() || read.ptr != value.data() + value.size()) {
            invalid(text, fmt::format("invalid gw-priority ({}): invalid syntax", value));
        }
        settings["GwPriority"] = number;
    } else {
        invalid(text, "invalid field key " + key);
    }
}

// --ip and its like may stand once: beside the network or in it.
void once(bool twice, const char* first, const char* second) {
    if (twice) {
        throw std::runtime_error(
            fmt::format("conflicting options: cannot specify both {} and per-network {}", first, second));
    }
}

void take_addresses(const Arguments& arguments, json::object& settings) {
    for (const auto& [flag, key, name] :
         {std::tuple{"ip", "IPv4Address", "IPv4 address"}, {"ip6", "IPv6Address", "IPv6 address"}}) {
        if (arguments.has(flag)) {
            auto& addresses = object_in(settings, "IPAMConfig");
            once(addresses.contains(key), fmt::format("--{}", flag).c_str(), name);
            addresses[key] = arguments.text(flag);
        }
    }
    if (arguments.has("link-local-ip")) {
        auto& addresses = object_in(settings, "IPAMConfig");
        once(addresses.contains("LinkLocalIPs"), "--link-local-ip", "link-local IP addresses");
        addresses["LinkLocalIPs"] = texts(arguments.all("link-local-ip"));
    }
    if (arguments.has("mac-address")) {
        once(settings.contains("MacAddress"), "--mac-address", "MAC address");
        settings["MacAddress"] = arguments.text("mac-address");
    }
}

void take_names(const Arguments& arguments, NetworkChoice& first) {
    if (arguments.has("network-alias")) {
        if (!is_user_network(first.name)) {
            throw std::runtime_error("network-scoped aliases are only supported for user-defined networks");
        }
        once(first.settings.contains("Aliases"), "--network-alias", "alias");
        first.settings["Aliases"] = texts(arguments.all("network-alias"));
    }
    if (arguments.has("link") && is_user_network(first.name)) {
        first.settings["Links"] = texts(arguments.all("link"));
    }
}

void refuse_mixtures(const std::vector<NetworkChoice>& all) {
    std::set<std::string> names;
    for (const auto& one : all) {
        if (!names.insert(one.name).second) {
            throw std::runtime_error(fmt::format("network \"{}\" is specified multiple times", one.name));
        }
    }
    const auto shared = [](const auto& one) {
        return one.name == "host" || one.name == "none" || one.name.starts_with("container:");
    };
    if (all.size() > 1 && std::ranges::any_of(all, shared)) {
        throw std::runtime_error(
            "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
    }
}

} // namespace

bool is_user_network(const std::string& network) {
    return network != "default" && network != "bridge" && network != "host" && network != "none" &&
           !network.starts_with("container:");
}

NetworkChoice parse_network(const std::string& text) {
    NetworkChoice choice;
    if (text.find_first_of("=,") == std::string::npos) {
        choice.name = text;
    } else {
        for (std::size_t begin = 0; begin <= text.size();) {
            const auto end = std::min(text.find(',', begin), text.size());
            const auto part = text.substr(begin, end - begin);
            const auto equals = part.find('=');
            if (equals == std::string::npos) {
                invalid(text, fmt::format("invalid field {}", part));
            }
            set_field(text, choice, part.substr(0, equals), part.substr(equals + 1));
            begin = end + 1;
        }
    }
    if (choice.name.empty()) {
        invalid(text, "network name/id is not specified");
    }
    return choice;
}

std::vector<NetworkChoice> network_choices(const Arguments& arguments) {
    std::vector<NetworkChoice> all;
    for (const auto& text : arguments.all("network")) {
        all.push_back(parse_network(text));
    }
    if (all.empty()) {
        all.push_back({"default", {}});
    }
    refuse_mixtures(all);
    take_addresses(arguments, all.front().settings);
    take_names(arguments, all.front());
    return all;
}

} // namespace pontoon
