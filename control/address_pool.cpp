#include "control/address_pool.hpp"

#include <iterator>

namespace pontoon {

AddressPool::AddressPool(const Prefix4& subnet)
    : first_(subnet.address.host()), last_(subnet.address.host() | ~subnet.mask()) {
    if (subnet.length < 31) {
        ++first_;
        --last_;
    }
}

bool AddressPool::is_taken(Ipv4 address) const {
    const auto after = runs_.upper_bound(address.host());
    return after != runs_.begin() && std::prev(after)->second >= address.host();
}

std::optional<Ipv4> AddressPool::lowest_free() const {
    if (runs_.empty() || runs_.begin()->first > first_) {
        return Ipv4{be32{first_}};
    }
    const std::uint32_t end = runs_.begin()->second; // runs do not touch: the one behind it is free
    return end >= last_ ? std::nullopt : std::optional(Ipv4{be32{end + 1}});
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
}

} // namespace pontoon
