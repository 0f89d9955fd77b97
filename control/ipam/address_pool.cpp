#include "control/ipam/address_pool.hpp"

#include <iterator>

namespace pontoon {

AddressPool::AddressPool(const Prefix4& subnet, const std::optional<Prefix4>& ip_range)
    : first_(ip_range.value_or(subnet).address.host()), last_(first_ | ~ip_range.value_or(subnet).mask()) {
    if (subnet.length < 31) {
        take(subnet.address);
        take(Ipv4{be32{subnet.address.host() | ~subnet.mask()}});
    }
}

bool AddressPool::is_taken(Ipv4 address) const {
    const auto after = runs_.upper_bound(address.host());
    return after != runs_.begin() && std::prev(after)->second >= address.host();
}

std::optional<Ipv4> AddressPool::lowest_free() const {
    const auto after = runs_.upper_bound(first_);
    if (after == runs_.begin() || std::prev(after)->second < first_) {
        return Ipv4{be32{first_}};
    }
    const std::uint32_t end = std::prev(after)->second; // runs do not touch: the one behind it is free
    return end >= last_ ? std::nullopt : std::optional(Ipv4{be32{end + 1}});
}

std::uint64_t AddressPool::free_in_range() const {
    return std::uint64_t{last_} - first_ + 1 - taken_in_range_;
}

void AddressPool::count(std::uint32_t address, int by) {
    const bool in_range = first_ <= address && address <= last_;
    taken_ += static_cast<std::uint64_t>(by); // by minus one: wraps to what it should be
    taken_in_range_ += in_range ? static_cast<std::uint64_t>(by) : 0;
}

void AddressPool::take(Ipv4 address) {
    std::uint32_t first = address.host();
    std::uint32_t last = first;
    const auto after = runs_.upper_bound(first);
    if (after != runs_.begin() && std::prev(after)->second + 1 == first) {
        first = std::prev(after)->first;
    }
    if (after != runs_.end() && after->first == last + 1) {
        last = after->second;
        runs_.erase(after);
    }
    runs_.insert_or_assign(first, last);
    count(address.host(), 1);
}

void AddressPool::give_back(Ipv4 address) {
    const std::uint32_t gone = address.host();
    const auto run = std::prev(runs_.upper_bound(gone));
    const std::uint32_t last = run->second;
    if (run->first == gone) {
        runs_.erase(run);
    } else {
        run->second = gone - 1;
    }
    if (last != gone) {
        runs_.emplace(gone + 1, last);
    }
    count(gone, -1);
}

} // namespace pontoon
