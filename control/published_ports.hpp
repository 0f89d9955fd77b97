// The host's ports that are published, and the choice of one where a container asks for any (docker-behaviours 5.3).
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <optional>
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
    // Why a process of the host stands in the way of one of these ports, or empty.
    using Held = std::function<std::string(const Publish&)>;

    explicit PublishedPorts(const FreeChoice& choice = {});

    // Takes what `specs` ask for, in their order; a range is one entry, and so is what is chosen in a row. Specs that
    // differ in the host's address only get the same port (P-033). Throws Refused with Docker's words, which stand
    // behind "driver failed programming external connectivity on endpoint NAME (ID): " (N-170, N-171), and then has
    // taken nothing. Without an address in a spec it is `host_ip`. Time and memory depend on the number of entries, not
    // of ports.
    [[nodiscard]] std::vector<Publish> take(const std::vector<PublishSpec>& specs, const std::string& endpoint,
                                            const HostAddresses& addresses, const Held& held, Ipv4 host_ip = {});
    // Takes exactly this. Throws Refused.
    void add(const Publish& publish, const HostAddresses& addresses);
    void remove(const Publish& publish);

private:
    // What one look for a port is about.
    struct Search;
    // Each range that ports are chosen from has a cursor of its own at each address (P-040, P-042).
    struct CursorKey {
        Transport protocol;
        Ipv4 host_ip;
        std::uint16_t first;
        std::uint16_t last;

        friend auto operator<=>(const CursorKey&, const CursorKey&) = default;
    };

    [[nodiscard]] std::vector<Search> searches_for(const std::vector<PublishSpec>& specs, const std::string& endpoint,
                                                   const HostAddresses& addresses, const Held& held) const;
    [[nodiscard]] const PortRange* taken_in(const Publish& publish) const;
    [[nodiscard]] std::optional<PortRange> blocked_in(const Search& search, const PortRange& run) const;
    [[nodiscard]] static std::string shorten_to_unheld(const Search& search, PortRange& run);
    [[nodiscard]] PortRange free_run(const Search& search, unsigned most);
    [[nodiscard]] std::uint16_t& cursor(const Search& search, Ipv4 host_ip);
    void take_explicit(const Search& search, std::vector<Publish>& taken);
    void choose(const Search& search, std::vector<Publish>& taken);

    FreeChoice choice_;
    std::map<CursorKey, std::uint16_t> cursors_; // the port to try first: behind the one given out last
    std::map<Transport, std::map<Ipv4, PortRanges>> taken_;
};

} // namespace pontoon
