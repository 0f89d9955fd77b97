// The addresses of one subnet that are taken, as runs that do not touch: looking, taking and giving back cost the
// logarithm of the number of runs, the lowest free address costs nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "dataplane/wire/address.hpp"

namespace pontoon {

class AddressPool {
public:
    // Its network and broadcast addresses are nobody's.
    explicit AddressPool(const Prefix4& subnet);

    [[nodiscard]] bool is_taken(Ipv4 address) const;
    // The lowest that is free, as Docker gives them out (docker-behaviours I-020); nothing if none is.
    [[nodiscard]] std::optional<Ipv4> lowest_free() const;
    // Of this subnet and free.
    void take(Ipv4 address);
    // Of this subnet and taken.
    void give_back(Ipv4 address);

private:
    std::uint32_t first_; // that a host may have
    std::uint32_t last_;
    std::map<std::uint32_t, std::uint32_t> runs_; // first to last address of each, host byte order
};

} // namespace pontoon
