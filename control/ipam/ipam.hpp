// IP address management as Docker does it (docker-behaviours section 2): subnets out of default pools, addresses out of
// subnets. All functions throw Refused with Docker's words and class, and then have changed nothing. Choosing and
// giving back cost the logarithm of what is taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/address_pool.hpp"
#include "control/model/records.hpp"

namespace pontoon {

// `--default-address-pool base=BASE,size=SIZE`.
struct DefaultPool {
    Prefix4 base;
    std::uint8_t size = 16;

    friend bool operator==(const DefaultPool&, const DefaultPool&) = default;
};

// Docker's own (I-001).
[[nodiscard]] std::vector<DefaultPool> docker_default_pools();

// Fails with all that is wrong (N-100 to N-107). Entries with an IPv6 subnet have been left out by then.
void check_pools(const std::vector<IpamPool>& pools);

class Ipam {
public:
    struct Chosen {
        Prefix4 subnet;
        std::optional<Ipv4> gateway;
    };
    struct Usage { // N-022
        std::uint64_t in_use = 0;
        std::uint64_t available = 0;
    };

    explicit Ipam(const std::vector<DefaultPool>& defaults = docker_default_pools());

    // Subnet and gateway of a new network. `reserved` are prefixes that an automatic choice leaves alone (I-004).
    // `with_gateway` is false where none is to be had (I-024).
    [[nodiscard]] Chosen add_network(const std::string& id, const std::vector<IpamPool>& pools, bool with_gateway,
                                     const std::vector<Prefix4>& reserved);
    // The same network again after a restart: what was chosen then.
    void restore_network(const NetworkRecord& network);
    void remove_network(const std::string& id);

    // The address wanted, or the lowest free one of the ip-range. N-156, N-157, N-158.
    [[nodiscard]] Ipv4 take_address(const NetworkRecord& network, const std::optional<Ipv4>& wanted);
    void give_back(const std::string& network_id, Ipv4 address);

    [[nodiscard]] Usage usage(const std::string& network_id) const;

private:
    struct Pool {
        Prefix4 subnet;
        std::optional<Prefix4> ip_range;
        AddressPool addresses;
    };

    std::vector<DefaultPool> defaults_;
    std::map<std::string, Pool> pools_; // by network id
    std::map<Ipv4, Prefix4> taken_;     // the subnets, none overlapping, by address
};

} // namespace pontoon
