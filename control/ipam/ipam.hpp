// IP address management as Docker does it (docker-behaviours section 2): subnets out of default pools, addresses out of
// subnets. All functions throw Refused with Docker's words and class, and then have changed nothing. Choosing and
// giving back cost the logarithm of what is taken, whatever has come and gone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/ipam/address_pool.hpp"
#include "control/ipam/default_pools.hpp"
#include "control/ipam/subnet_tree.hpp"
#include "control/model/records.hpp"

namespace pontoon {

class Ipam {
public:
    struct Chosen {
        Prefix4 subnet;
        std::optional<Ipv4> gateway;
    };
    struct Usage {                   // N-022
        std::uint64_t in_use = 0;    // of the subnet, with its network and broadcast addresses
        std::uint64_t available = 0; // of the ip-range
    };

    explicit Ipam(std::vector<DefaultPool> defaults = docker_default_pools());

    // Subnet and gateway of a new network, of which id, name and pools matter. `bridge` is its device's name, for the
    // words of N-110. `reserved` are prefixes that an automatic choice leaves alone (I-004). Without `with_gateway`
    // there is only one that was asked for (I-024).
    [[nodiscard]] Chosen add_network(const NetworkRecord& network, const std::string& bridge, bool with_gateway,
                                     const std::vector<Prefix4>& reserved);
    // The same network again after a restart: what was chosen then. Nothing if it has no subnet.
    void restore_network(const NetworkRecord& network, const std::string& bridge);
    void remove_network(const std::string& id); // nothing if there is none

    // The address wanted, or the lowest free one of the ip-range. N-156, N-157, N-158. The network was added.
    [[nodiscard]] Ipv4 take_address(const NetworkRecord& network, const std::optional<Ipv4>& wanted);
    // Nothing if it is not taken, or its network has gone.
    void give_back(const std::string& network_id, Ipv4 address);

    [[nodiscard]] Usage usage(const std::string& network_id) const;

private:
    struct Pool {
        std::string bridge;
        Prefix4 subnet;
        std::optional<Prefix4> ip_range;
        AddressPool addresses;
    };

    [[nodiscard]] Prefix4 choose_subnet(std::optional<std::uint8_t> length, const std::vector<Prefix4>& reserved) const;
    void check_apart(const NetworkRecord& network, const std::string& bridge, const IpamPool& asked) const;
    void keep(const std::string& id, Pool pool);

    std::vector<DefaultPool> defaults_;
    std::map<std::string, Pool> pools_; // by network id
    SubnetTree subnets_;
    std::map<Prefix4, std::string> owners_; // ids of those that have a subnet
};

} // namespace pontoon
