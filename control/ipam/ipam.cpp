#include "control/ipam/ipam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/refused.hpp"

namespace pontoon {

namespace {

using Why = Refused::Why;

constexpr const char* kInUse = "Address already in use";
constexpr const char* kOverlaps = "invalid pool request: Pool overlaps with other one on this address space";

std::uint32_t last_of(const Prefix4& prefix) {
    return prefix.address.host() | ~prefix.mask();
}

// Takes `wanted`, or the lowest free one where none is; the error is a phrase, after `what`.
Ipv4 take(AddressPool& addresses, const Prefix4& subnet, const std::optional<Ipv4>& wanted, const std::string& what) {
    const auto refuse = [&](const char* reason) { throw Refused(Why::impossible, what + ": " + reason); };
    if (wanted && !subnet.contains(*wanted)) {
        refuse("requested address is out of range");
    }
    if (wanted && addresses.is_taken(*wanted)) {
        refuse(kInUse);
    }
    const auto address = wanted ? wanted : addresses.lowest_free();
    if (!address) {
        refuse("no available addresses on this pool");
    }
    addresses.take(*address);
    return *address;
}

std::optional<Ipv4> take_gateway(AddressPool& addresses, const Prefix4& subnet, const IpamPool& asked, bool wanted) {
    if (!wanted && !asked.gateway) {
        return std::nullopt;
    }
    const std::string told = asked.gateway ? asked.gateway->to_string() : "";
    return take(addresses, subnet, asked.gateway, "failed to allocate gateway (" + told + ")");
}

// Behind the gateway, as Docker does (N-112, N-113).
void take_auxiliary(AddressPool& addresses, const Prefix4& subnet, const IpamPool& asked) {
    for (const auto& [name, address] : asked.auxiliary) {
        const std::string entry = fmt::format("({}:{})", name, address.to_string());
        if (!subnet.contains(address)) {
            throw Refused(Why::forbidden, fmt::format("auxiliary address: {} must belong to the master pool: {}", entry,
                                                      subnet.to_string()));
        }
        take(addresses, subnet, address, "failed to allocate secondary ip address " + entry);
    }
}

// An address and a length of zeros and a size: any subnet of that size (I-007).
bool is_any(const IpamPool& asked) {
    return !asked.subnet || asked.subnet->address.is_unspecified();
}

// A bridge has one (N-118).
void check_only_one(const std::vector<IpamPool>& pools) {
    for (auto pool = pools.begin(); pool != pools.end(); ++pool) {
        const auto overlaps = [&](const IpamPool& other) {
            return pool->subnet && other.subnet && pool->subnet->overlaps(*other.subnet);
        };
        if (std::any_of(pools.begin(), pool, overlaps)) {
            throw Refused(Why::forbidden, kOverlaps);
        }
    }
    if (pools.size() > 1) {
        throw Refused(Why::forbidden, "bridge driver doesn't support multiple subnets");
    }
}

} // namespace

Ipam::Ipam(std::vector<DefaultPool> defaults) : defaults_(std::move(defaults)) {}

// Out of the default pools; of another size than theirs where `length` is told.
Prefix4 Ipam::choose_subnet(std::optional<std::uint8_t> length, const std::vector<Prefix4>& reserved) const {
    for (const auto& pool : defaults_) {
        Ipv4 from = pool.base.address;
        while (const auto free = subnets_.lowest_free(pool.base, length.value_or(pool.size), from)) {
            const auto other =
                std::ranges::find_if(reserved, [&](const Prefix4& prefix) { return prefix.overlaps(*free); });
            if (other == reserved.end()) {
                return *free;
            }
            const std::uint32_t behind = std::max(last_of(*other), last_of(*free)) + 1;
            if (behind == 0) {
                break;
            }
            from = Ipv4{be32{behind}};
        }
    }
    throw Refused(Why::bad, "all predefined address pools have been fully subnetted");
}

// Docker's allocator lets a subnet with an ip-range be asked for again, and then its bridge driver does not (I-008).
void Ipam::check_apart(const NetworkRecord& network, const std::string& bridge, const IpamPool& asked) const {
    const auto taken = subnets_.overlapping(*asked.subnet);
    if (!taken) {
        return;
    }
    const auto& owner = owners_.at(*taken);
    const auto& other = pools_.at(owner);
    if (!asked.ip_range || (asked.subnet == other.subnet && asked.ip_range == other.ip_range)) {
        throw Refused(Why::forbidden, kOverlaps);
    }
    throw Refused(Why::forbidden, fmt::format("cannot create network {} ({}): conflicts with network {} ({}): "
                                              "networks have overlapping IPv4",
                                              network.id, bridge, owner, other.bridge));
}

void Ipam::keep(const std::string& id, Pool pool) {
    subnets_.take(pool.subnet);
    owners_.emplace(pool.subnet, id);
    pools_.insert_or_assign(id, std::move(pool));
}

Ipam::Chosen Ipam::add_network(const NetworkRecord& network, const std::string& bridge, bool with_gateway,
                               const std::vector<Prefix4>& reserved) {
    for (const auto& pool : network.pools) {
        if (!is_any(pool)) {
            check_apart(network, bridge, pool);
        }
    }
    check_only_one(network.pools);
    const IpamPool asked = network.pools.empty() ? IpamPool{} : network.pools.front();
    const bool any_size = !asked.subnet;
    const Prefix4 subnet = !is_any(asked)
                               ? *asked.subnet
                               : choose_subnet(any_size ? std::nullopt : std::optional(asked.subnet->length), reserved);
    if (asked.ip_range && (asked.ip_range->length < subnet.length || !subnet.contains(asked.ip_range->address))) {
        throw Refused(Why::bad, "invalid address subpool");
    }
    Pool pool{bridge, subnet, asked.ip_range, AddressPool(subnet, asked.ip_range)};
    const auto gateway = take_gateway(pool.addresses, subnet, asked, with_gateway);
    take_auxiliary(pool.addresses, subnet, asked);
    keep(network.id, std::move(pool));
    return {subnet, gateway};
}

void Ipam::restore_network(const NetworkRecord& network, const std::string& bridge) {
    if (!network.subnet) {
        return;
    }
    if (subnets_.overlapping(*network.subnet)) {
        throw Refused(Why::forbidden, kOverlaps);
    }
    const IpamPool asked = network.pools.empty() ? IpamPool{} : network.pools.front();
    Pool pool{bridge, *network.subnet, asked.ip_range, AddressPool(*network.subnet, asked.ip_range)};
    const auto again = [&](Ipv4 address) {
        if (network.subnet->contains(address) && !pool.addresses.is_taken(address)) {
            pool.addresses.take(address);
        }
    };
    if (network.gateway) {
        again(*network.gateway);
    }
    for (const auto& [name, address] : asked.auxiliary) {
        again(address);
    }
    keep(network.id, std::move(pool));
}

void Ipam::remove_network(const std::string& id) {
    const auto found = pools_.find(id);
    if (found == pools_.end()) {
        return;
    }
    subnets_.give_back(found->second.subnet);
    owners_.erase(found->second.subnet);
    pools_.erase(found);
}

Ipv4 Ipam::take_address(const NetworkRecord& network, const std::optional<Ipv4>& wanted) {
    auto& pool = pools_.at(network.id);
    if (wanted && !pool.subnet.contains(*wanted)) {
        throw Refused(Why::bad,
                      "invalid endpoint settings:\nno configured subnet contains IP address " + wanted->to_string());
    }
    if (wanted && pool.addresses.is_taken(*wanted)) {
        throw Refused(Why::forbidden, kInUse);
    }
    const auto address = wanted ? wanted : pool.addresses.lowest_free();
    if (!address) {
        throw Refused(Why::impossible,
                      fmt::format("no available IPv4 addresses on this network's address pools: {} ({})", network.name,
                                  network.id));
    }
    pool.addresses.take(*address);
    return *address;
}

void Ipam::give_back(const std::string& network_id, Ipv4 address) {
    const auto found = pools_.find(network_id);
    if (found != pools_.end() && found->second.addresses.is_taken(address)) {
        found->second.addresses.give_back(address);
    }
}

Ipam::Usage Ipam::usage(const std::string& network_id) const {
    const auto found = pools_.find(network_id);
    if (found == pools_.end()) {
        return {};
    }
    return {found->second.addresses.taken(), found->second.addresses.free_in_range()};
}

} // namespace pontoon
