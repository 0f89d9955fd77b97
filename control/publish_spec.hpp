// The text behind `-p`, as Docker understands it (docker-behaviours 5.1): [HOST_IP:][HOST_PORTS:]PORTS[/PROTOCOL], or
// published=HOST_PORTS,target=PORTS,protocol=PROTOCOL,mode=host.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/config.hpp"

namespace pontoon {

struct PublishSpec {
    std::string text{}; // as it was told; empty: by nobody
    Ipv4 host_ip;
    std::optional<PortRange> host_ports; // none: any that is free
    PortRange ports;
    Transport protocol = Transport::tcp;
    bool has_host_ip = false;       // else it is the network's choice (O-004), and host_ip says nothing
    std::optional<Ipv6> host_ip6{}; // where the host's address is one of IPv6; then host_ip says nothing

    // One port of the container, on any free one of several of the host.
    [[nodiscard]] bool is_choice() const { return host_ports && ports.size() == 1 && host_ports->size() > 1; }
    friend bool operator==(const PublishSpec&, const PublishSpec&) = default;
};

// Throws Refused with the words of the docker command, such as "invalid hostPort: x".
[[nodiscard]] PublishSpec parse_publish_spec(std::string_view text);

// The host's address in a PublishSpec: one of IPv4 that is mapped into IPv6 is one of IPv4 (P-031), "[::1]" and "::1"
// are one. Throws Refused.
void set_host_ip(PublishSpec& spec, std::string_view text);

// What of `specs` is published: on IPv4 addresses. The [::] beside a 0.0.0.0 of the same ports, as Docker's clients
// send it, is left out, since nobody would miss it; every other IPv6 address is refused by name (Why::unsupported).
[[nodiscard]] std::vector<PublishSpec> without_ipv6(const std::vector<PublishSpec>& specs);

// What parse_publish_spec reads as the same: "0.0.0.0:8080:80/tcp", "[::1]::80/udp".
[[nodiscard]] std::string to_spec(const PublishSpec& spec);
// The `-p` that publishes exactly this: "0.0.0.0:8080:80/tcp".
[[nodiscard]] std::string to_spec(const Publish& publish);
// As `docker ps` shows it: "0.0.0.0:8080->80/tcp".
[[nodiscard]] std::string to_arrow(const Publish& publish);
[[nodiscard]] std::string_view to_string(Transport protocol);

} // namespace pontoon
