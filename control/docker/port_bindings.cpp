#include "control/docker/port_bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMostRanges = 4096;

[[noreturn]] void refuse(const std::string& message) {
    throw Refused(Refused::Why::bad, message);
}

[[noreturn]] void refuse_port(std::string_view text) {
    refuse("invalid port specification: \"" + shown(text) + "\"");
}

const json::object& object_of(const json::value& value, const std::string& what) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        refuse("invalid JSON: " + what + " is not an object");
    }
    return *object;
}

// "80/tcp", "80", "8000-8010/udp".
ExposedPorts port_key(std::string_view text) {
    try {
        const auto spec = text.contains(':') || text.contains('=') ? PublishSpec{} : parse_publish_spec(text);
        if (spec.ports.first != 0) {
            return {spec.ports, spec.protocol};
        }
    } catch (const Refused&) { // said in the words of the API
    }
    refuse_port(text);
}

std::string_view member_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) {
        return {};
    }
    if (!value->is_string()) {
        refuse(std::string("invalid JSON: ") + name + " is not a string");
    }
    return value->get_string();
}

PublishSpec binding_of(const ExposedPorts& port, const json::value& value) {
    const auto& object = object_of(value, "a port binding");
    PublishSpec spec;
    spec.ports = port.ports;
    spec.protocol = port.protocol;
    if (const auto host_ip = member_of(object, "HostIp"); !host_ip.empty()) {
        set_host_ip(spec, host_ip);
    }
    const auto host_port = member_of(object, "HostPort");
    if (!host_port.empty() && host_port != "0") {
        spec.host_ports = port_key(host_port).ports;
        if (host_port.contains('/') || (spec.host_ports->size() != spec.ports.size() && !spec.is_choice())) {
            refuse_port(host_port);
        }
    }
    return spec;
}

// Whether the two are one range. Those of any port at one address may have to agree with those at another (P-033), so
// they stay apart.
bool goes_on(const PublishSpec& spec, const PublishSpec& next) {
    const auto same = [](const PublishSpec& one) {
        return std::tie(one.protocol, one.has_host_ip, one.host_ip, one.host_ip6);
    };
    if (same(spec) != same(next) || spec.ports.last + 1 != next.ports.first || spec.is_choice() || next.is_choice()) {
        return false;
    }
    if (!spec.host_ports || !next.host_ports) {
        return !spec.host_ports && !next.host_ports && !spec.has_host_ip;
    }
    return spec.host_ports->last + 1 == next.host_ports->first;
}

std::vector<PublishSpec> folded(std::vector<PublishSpec> specs) {
    const auto order = [](const PublishSpec& spec) {
        const auto host = spec.host_ports.value_or(PortRange{});
        // What goes on has the same distance to its host ports.
        const bool chosen = !spec.host_ports || spec.is_choice();
        return std::tuple(spec.protocol, spec.has_host_ip, spec.host_ip6, spec.host_ip, chosen,
                          chosen ? 0 : host.first - spec.ports.first, spec.ports.first, host.first);
    };
    std::ranges::stable_sort(specs, {}, order);
    std::vector<PublishSpec> ranges;
    for (const auto& spec : specs) {
        if (!ranges.empty() && goes_on(ranges.back(), spec)) {
            ranges.back().ports.last = spec.ports.last;
            if (spec.host_ports) {
                ranges.back().host_ports->last = spec.host_ports->last;
            }
        } else {
            ranges.push_back(spec);
        }
    }
    const auto first = [](const PublishSpec& spec) { return std::tuple(spec.ports.first, spec.protocol); };
    std::ranges::stable_sort(ranges, {}, first);
    if (ranges.size() > kMostRanges) {
        refuse("more than " + std::to_string(kMostRanges) + " ranges of published ports");
    }
    return ranges;
}

// Calls `list(offset)` for each port of a range that is listed.
template <typename List>
void each_listed(const PortRange& range, const List& list) {
    const unsigned step = range.size() > kMostListed ? range.size() - 1 : 1;
    for (unsigned offset = 0; offset < range.size(); offset += step) {
        list(offset);
    }
}

using PortKey = std::pair<unsigned, Transport>;
using Bound = std::vector<std::pair<Ipv4, unsigned>>;

std::string name_of(const PortKey& key) {
    return fmt::format("{}/{}", key.first, to_string(key.second));
}

// What each port of the container is published as, in Docker's order (P-035).
std::map<PortKey, Bound> listed(const std::vector<Publish>& bindings, const std::vector<ExposedPorts>& exposed) {
    std::map<PortKey, Bound> ports;
    for (const auto& publish : bindings) {
        each_listed(publish.ports, [&](unsigned offset) {
            ports[{publish.ports.first + offset, publish.protocol}].emplace_back(publish.host_ip,
                                                                                 publish.host_ports.first + offset);
        });
    }
    for (auto& [key, bound] : ports) {
        std::ranges::sort(bound);
    }
    const auto is_bound = [&](const PortKey& key) { // and not listed
        return std::ranges::any_of(bindings, [&](const Publish& publish) {
            return publish.ports.size() > kMostListed && publish.protocol == key.second &&
                   publish.ports.first <= key.first && key.first <= publish.ports.last;
        });
    };
    for (const auto& some : exposed) {
        each_listed(some.ports, [&](unsigned offset) {
            const PortKey key{some.ports.first + offset, some.protocol};
            if (!ports.contains(key) && !is_bound(key)) {
                ports[key];
            }
        });
    }
    return ports;
}

} // namespace

std::vector<PublishSpec> read_port_bindings(const json::value& value, Texts& warnings) {
    std::vector<PublishSpec> specs;
    if (value.is_null()) {
        return specs;
    }
    std::string empty;
    for (const auto& [key, bindings] : object_of(value, "PortBindings")) {
        const auto port = port_key(key);
        const auto* list = bindings.if_array();
        if (list == nullptr && !bindings.is_null()) {
            refuse("invalid JSON: the bindings of a port are not an array");
        }
        if (list == nullptr || list->empty()) {
            specs.push_back(binding_of(port, json::object()));
            empty += (empty.empty() ? "" : ", ") + shown(key);
            continue;
        }
        for (const auto& binding : *list) {
            specs.push_back(binding_of(port, binding));
        }
    }
    if (!empty.empty()) {
        warnings.push_back("Following container port(s) have an empty list of port-bindings: " + empty +
                           ". Starting with API 1.53, such bindings will be discarded.");
    }
    return folded(std::move(specs));
}

json::object port_bindings_json(const std::vector<PublishSpec>& specs) {
    json::object all;
    for (const auto& spec : specs) {
        each_listed(spec.ports, [&](unsigned offset) {
            std::string host_port;
            if (spec.is_choice()) {
                host_port = fmt::format("{}-{}", spec.host_ports->first, spec.host_ports->last);
            } else if (spec.host_ports) {
                host_port = std::to_string(spec.host_ports->first + offset);
            }
            const std::string host_ip = !spec.has_host_ip ? ""
                                        : spec.host_ip6   ? spec.host_ip6->to_string()
                                                          : spec.host_ip.to_string();
            auto& bindings = all[name_of({spec.ports.first + offset, spec.protocol})];
            if (bindings.is_null()) {
                bindings = json::array();
            }
            bindings.get_array().push_back(json::object{{"HostIp", host_ip}, {"HostPort", host_port}});
        });
    }
    return all;
}

std::vector<ExposedPorts> read_exposed_ports(const json::value& value) {
    std::vector<PublishSpec> specs;
    if (!value.is_null()) {
        for (const auto& [key, nothing] : object_of(value, "ExposedPorts")) {
            const auto port = port_key(key);
            PublishSpec spec;
            spec.ports = port.ports;
            spec.protocol = port.protocol;
            specs.push_back(spec);
        }
    }
    std::vector<ExposedPorts> exposed;
    for (const auto& spec : folded(std::move(specs))) {
        exposed.push_back({spec.ports, spec.protocol});
    }
    return exposed;
}

json::object exposed_ports_json(const std::vector<ExposedPorts>& exposed) {
    json::object all;
    for (const auto& some : exposed) {
        each_listed(some.ports, [&](unsigned offset) {
            all[name_of({some.ports.first + offset, some.protocol})] = json::object();
        });
    }
    return all;
}

json::object ports_json(const std::vector<Publish>& bindings, const std::vector<ExposedPorts>& exposed) {
    json::object all;
    for (const auto& [key, bound] : listed(bindings, exposed)) {
        auto& entry = all[name_of(key)];
        for (const auto& [host_ip, port] : bound) {
            if (entry.is_null()) {
                entry = json::array();
            }
            entry.get_array().push_back(
                json::object{{"HostIp", host_ip.to_string()}, {"HostPort", std::to_string(port)}});
        }
    }
    return all;
}

json::array port_list_json(const std::vector<Publish>& bindings, const std::vector<ExposedPorts>& exposed) {
    json::array all;
    for (const auto& [key, bound] : listed(bindings, exposed)) {
        if (bound.empty()) {
            all.push_back(json::object{{"PrivatePort", key.first}, {"Type", to_string(key.second)}});
        }
        for (const auto& [host_ip, port] : bound) {
            all.push_back(json::object{{"IP", host_ip.to_string()},
                                       {"PrivatePort", key.first},
                                       {"PublicPort", port},
                                       {"Type", to_string(key.second)}});
        }
    }
    return all;
}

} // namespace pontoon
