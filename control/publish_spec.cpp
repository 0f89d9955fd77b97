#include "control/publish_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

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

Transport protocol_of(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    try {
        return transport_of(lower, "");
    } catch (const InputError&) {
        refuse("invalid proto: " + shown(text));
    }
}

Ipv4 host_ip_of(std::string_view text) {
    if (text.contains(':')) {
        refuse(fmt::format("invalid IP address: {} (only IPv4 addresses are published)", shown(text)));
    }
    const auto address = Ipv4::parse(text);
    if (!address) {
        refuse("invalid IP address: " + shown(text));
    }
    return *address;
}

PublishSpec parse(std::string_view text) {
    PublishSpec spec;
    spec.text = text;
    std::string_view rest = text;
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
        spec.protocol = protocol_of(rest.substr(slash + 1));
        rest = rest.substr(0, slash);
    }
    const auto ports = cut_last(rest, ':');
    if (ports.empty()) {
        refuse(fmt::format("no port specified: {}<empty>", shown(text)));
    }
    spec.ports = ports_in(ports, "containerPort");
    const auto host_ports = cut_last(rest, ':');
    if (!host_ports.empty()) {
        spec.host_ports = ports_in(host_ports, "hostPort");
        if (spec.host_ports->size() != spec.ports.size() && !spec.is_choice()) {
            refuse(fmt::format("invalid ranges specified for container and host Ports: {} and {}", shown(ports),
                               shown(host_ports)));
        }
    }
    if (!rest.empty()) {
        spec.host_ip = host_ip_of(rest);
    }
    return spec;
}

} // namespace

PublishSpec parse_publish_spec(std::string_view text) {
    try {
        return parse(text);
    } catch (const Refused& bad) {
        throw Refused(bad.why(), fmt::format("-p {}: {}", shown(text), bad.what()));
    }
}

std::string_view to_string(Transport protocol) {
    switch (protocol) {
    case Transport::tcp: return "tcp";
    case Transport::udp: return "udp";
    case Transport::sctp: break;
    }
    return "sctp";
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
