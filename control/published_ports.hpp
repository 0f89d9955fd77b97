// The host's ports that are published, and the choice of one where a container asks for any (docker-behaviours 5.3).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "control/host_addresses.hpp"
#include "control/port_ranges.hpp"
#include "control/publish_spec.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

// Where ports are taken from when nobody says which: net.ipv4.ip_local_port_range without ip_local_reserved_ports.
struct FreeChoice {
    PortRange range{49153, 65535};
    PortRanges reserved;
};

// What this machine says; Docker's fallback where it says nothing.
[[nodiscard]] FreeChoice free_choice_of_machine();

class PublishedPorts {
public:
    // Why a process of the host stands in the way, or empty.
    using Held = std::function<std::string(const Publish&)>;

    explicit PublishedPorts(const FreeChoice& choice = {});

    // Takes what `specs` ask for. Throws Refused, "-p TEXT: " and Docker's words, and then has taken nothing.
    [[nodiscard]] std::vector<Publish> take(const std::vector<PublishSpec>& specs, const std::string& endpoint,
                                            const HostAddresses& addresses, const Held& held);
    // Takes exactly this. Throws Refused.
    void add(const Publish& publish, const HostAddresses& addresses);
    void remove(const Publish& publish);

private:
    [[nodiscard]] bool is_taken(const Publish& publish) const;
    void choose(Publish publish, const PortRange& from, std::uint16_t& next, const HostAddresses& addresses,
                const Held& held, std::vector<Publish>& taken);
    void take_one(const PublishSpec& spec, const std::string& endpoint, const HostAddresses& addresses,
                  const Held& held, std::vector<Publish>& taken);

    FreeChoice choice_;
    std::uint16_t next_; // the port to try first: behind the one given out last
    std::map<Transport, std::map<Ipv4, PortRanges>> taken_;
};

} // namespace pontoon
