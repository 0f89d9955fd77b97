// Who is who in a frame's text: an endpoint's name stands for its MAC and its IPv4 address, `gw` for those of the
// gateway that the sending port sees.
#pragma once

#include <map>
#include <string>

#include "dataplane/config.hpp"

namespace pontoon::test {

class Names {
public:
    struct Station {
        Mac mac;
        Ipv4 ipv4;
    };

    // Adds endpoints, the uplink, and `gw.NETWORK` for each network; a name that exists gets its new addresses.
    void add(const Config& config);
    void add(const std::string& name, const Station& station) { stations_[name] = station; }
    // What `gw` means from here on: the gateway of the network that `port` is in.
    void look_from(const std::string& port);

    // A literal, a name, or for a MAC `bcast`. Throws BadText.
    [[nodiscard]] Mac mac(const std::string& text) const;
    [[nodiscard]] Ipv4 ipv4(const std::string& text) const;
    [[nodiscard]] static Ipv6 ipv6(const std::string& text);

private:
    std::map<std::string, Station> stations_;
    std::map<std::string, std::string> network_of_; // by port
};

} // namespace pontoon::test
