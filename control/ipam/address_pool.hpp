// The addresses of one subnet that are taken, as runs that do not touch: every question costs the logarithm of the
// number of runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "dataplane/wire/address.hpp"

namespace pontoon {

class AddressPool {
public:
    // Its network and broadcast addresses are taken from the beginning (docker-behaviours I-021). What is chosen comes
    // out of `ip_range`, which lies in the subnet and whose first and last address are like any other (I-022).
    explicit AddressPool(const Prefix4& subnet, const std::optional<Prefix4>& ip_range = {});

    [[nodiscard]] bool is_taken(Ipv4 address) const;
    // The lowest of the ip-range that is free, as Docker gives them out (I-020); nothing if none is.
    [[nodiscard]] std::optional<Ipv4> lowest_free() const;
    // Of this subnet and free; it may be outside the ip-range (I-026).
    void take(Ipv4 address);
    // Of this subnet and taken, and not its network or broadcast address.
    void give_back(Ipv4 address);

    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    [[nodiscard]] std::uint64_t free_in_range() const; // N-022

private:
    void count(std::uint32_t address, int by);

    std::uint32_t first_; // of the ip-range
    std::uint32_t last_;
    std::map<std::uint32_t, std::uint32_t> runs_; // first to last address of each, host byte order
    std::uint64_t taken_ = 0;
    std::uint64_t taken_in_range_ = 0;
};

} // namespace pontoon
