// A small random world for the NAT: networks of all kinds, an uplink with few ports, publishes, and how they change.
#pragma once

#include <string>
#include <vector>

#include "dataplane/config.hpp"
#include "tests/support/dice.hpp"

namespace pontoon::test {

inline constexpr std::uint16_t kFirstHostPort = 8000, kInternalHostPort = 9000, kHostPorts = 12;
inline constexpr std::uint16_t kFirstContainerPort = 80, kContainerPorts = 8;

class NatWorld {
public:
    explicit NatWorld(Dice& dice);

    [[nodiscard]] const Config& config() const { return config_; }
    // Stations outside, on-link and behind the uplink's gateway.
    [[nodiscard]] const std::vector<Ipv4>& remotes() const { return remotes_; }
    // Changes something and says what.
    std::string change();

private:
    void add_networks();
    void add_uplink();
    void add_neighbor(const char* address);
    bool add_publish();
    std::string remove_publish();
    std::string move_publish();
    std::string remove_endpoint();
    std::string return_endpoint();
    std::string switch_masquerade();
    std::string change_link();
    std::string change_mtu();
    std::string attach_host();
    [[nodiscard]] Ipv4 random_host_ip();

    Dice& dice_;
    Config config_;
    std::vector<Ipv4> remotes_;
    std::vector<Endpoint> removed_;
};

} // namespace pontoon::test
