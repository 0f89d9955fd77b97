#include "control/publish_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "control/refused.hpp"
#include "control/topology_parts.hpp"

namespace pontoon {

namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw Refused(Refused::Why::bad, message);
}

PortRange ports_in(std::string_view text, const char* what) {
    try {
        return ports_of(text, "");
    } catch (const InputError&) {
        refuse(fmt::format("invalid {}: {}", what, shown(text)));
    }
}

// Cuts the last part off `text`, which is behind `separator`; all of it if there is none.
std::string_view cut_last(std::string_view& text, char separator) {
    const auto at = text.rfind(separator);
    const auto last = at == std::string_view::npos ? text : text.substr(at + 1);
    text = at == std::string_view::npos ? std::string_view() : text.substr(0, at);
    return last;
}

// Cuts the first part off `text`, which is before `separator`; all of it if there is none.
std::string_view cut_first(std::string_view& text, char separator) {
    const auto first = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(first.size() + 1, text.size()));
    return first;
}

Transport protocol_of(std::string_view text) {
    std::string lower(text.empty() ? "tcp" : text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    try {
        return transport_of(lower, "");
    } catch (const InputError&) {
        refuse("invalid proto: " + shown(text));
    }
}

// The long form as the short one.
std::string in_short(std::string_view text) {
    std::string published;
    std::string target;
    std::string protocol = "tcp";
    for (std::string_view rest = text; !rest.empty();) {
        const auto field = cut_first(rest, ',');
        std::string_view value = field;
        const auto name = cut_first(value, '=');
        if (!field.contains('=') || name.empty()) {
            refuse(fmt::format("invalid publish opts format (should be name=value but got '{}')", shown(field)));
        }
        if (name == "published") {
            published = value;
        } else if (name == "target") {
            target = value;
        } else if (name == "protocol") {
            protocol = value;
        } else if (name != "mode" || value != "host") { // ingress is for services
            refuse(fmt::format("invalid publish opts: {} is not supported", shown(field)));
        }
    }
    return fmt::format("{}:{}/{}", published, target, protocol);
}

PublishSpec parse(std::string_view text) {
    PublishSpec spec;
    std::string_view rest = text;
    std::string_view protocol = cut_last(rest, ':');
    const auto ports = cut_first(protocol, '/');
    const auto host_ports = cut_last(rest, ':');
    spec.protocol = protocol_of(protocol);
    if (!rest.empty()) {
        set_host_ip(spec, rest);
    }
    if (ports.empty()) {
        refuse(fmt::format("no port specified: {}<empty>", shown(text)));
    }
    spec.ports = ports_in(ports, "containerPort");
    if (!host_ports.empty()) {
        spec.host_ports = ports_in(host_ports, "hostPort");
        if (spec.host_ports->size() != spec.ports.size() && !spec.is_choice()) {
            refuse(fmt::format("invalid ranges specified for container and host Ports: {} and {}", shown(ports),
                               shown(host_ports)));
        }
    }
    return spec;
}

std::string host_ip_of(const PublishSpec& spec) {
    if (!spec.has_host_ip) {
        return "";
    }
    return spec.host_ip6 ? "[" + spec.host_ip6->to_string() + "]" : spec.host_ip.to_string();
}

} // namespace

PublishSpec parse_publish_spec(std::string_view text) {
    auto spec = parse(text.contains('=') ? in_short(text) : std::string(text));
    spec.text = text;
    return spec;
}

void set_host_ip(PublishSpec& spec, std::string_view text) {
    constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const bool brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
    spec.has_host_ip = true;
    const auto plain = brackets ? text.substr(1, text.size() - 2) : text;
    if (const auto address = Ipv4::parse(plain); address && !brackets) {
        spec.host_ip = *address;
        return;
    }
    const auto address = Ipv6::parse(plain);
    if (!address) {
        refuse("invalid IP address: " + shown(plain));
    }
    if (std::memcmp(address->bytes.data(), kMapped, sizeof kMapped) == 0) {
        std::memcpy(&spec.host_ip, &address->bytes[12], sizeof spec.host_ip);
    } else {
        spec.host_ip6 = *address;
    }
}

std::vector<PublishSpec> without_ipv6(const std::vector<PublishSpec>& specs) {
    std::vector<PublishSpec> kept;
    for (const auto& spec : specs) {
        if (!spec.host_ip6) {
            kept.push_back(spec);
            continue;
        }
        const auto beside = [&](const PublishSpec& other) {
            return !other.host_ip6 && other.host_ip.is_unspecified() && other.host_ports == spec.host_ports &&
                   other.ports == spec.ports && other.protocol == spec.protocol;
        };
        if (spec.host_ip6 != Ipv6{} || std::ranges::none_of(specs, beside)) {
            throw Refused(Refused::Why::unsupported,
                          "ports are not published on IPv6 addresses of the host: " + to_spec(spec));
        }
    }
    return kept;
}

std::string_view to_string(Transport protocol) {
    switch (protocol) {
    case Transport::tcp: return "tcp";
    case Transport::udp: return "udp";
    case Transport::sctp: break;
    }
    return "sctp";
}

std::string to_spec(const PublishSpec& spec) {
    const std::string host_ip = host_ip_of(spec);
    return fmt::format("{}{}{}:{}/{}", host_ip, host_ip.empty() ? "" : ":",
                       spec.host_ports ? to_string(*spec.host_ports) : "", to_string(spec.ports),
                       to_string(spec.protocol));
}

std::string to_spec(const Publish& publish) {
    return fmt::format("{}:{}:{}/{}", publish.host_ip.to_string(), to_string(publish.host_ports),
                       to_string(publish.ports), to_string(publish.protocol));
}

std::string to_arrow(const Publish& publish) {
    return fmt::format("{}:{}->{}/{}", publish.host_ip.to_string(), to_string(publish.host_ports),
                       to_string(publish.ports), to_string(publish.protocol));
}

} // namespace pontoon
