// The text behind `-p`, as Docker understands it (docker-behaviours 5.1): [HOST_IP:][HOST_PORTS:]PORTS[/PROTOCOL].
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dataplane/config.hpp"

namespace pontoon {

struct PublishSpec {
    std::string text{}; // as it was told; empty: by nobody
    Ipv4 host_ip;
    std::optional<PortRange> host_ports; // none: any that is free
    PortRange ports;
    Transport protocol = Transport::tcp;

    // One port of the container, on any free one of several of the host.
    [[nodiscard]] bool is_choice() const { return host_ports && ports.size() == 1 && host_ports->size() > 1; }
    friend bool operator==(const PublishSpec&, const PublishSpec&) = default;
};

// Throws Refused: "-p TEXT: " and Docker's words.
[[nodiscard]] PublishSpec parse_publish_spec(std::string_view text);

// The `-p` that publishes exactly this: "0.0.0.0:8080:80/tcp".
[[nodiscard]] std::string to_spec(const Publish& publish);
// As `docker ps` shows it: "0.0.0.0:8080->80/tcp".
[[nodiscard]] std::string to_arrow(const Publish& publish);
[[nodiscard]] std::string_view to_string(Transport protocol);

} // namespace pontoon
