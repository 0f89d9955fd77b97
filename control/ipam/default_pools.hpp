// The pools that subnets are chosen from where nobody asks for one (docker-behaviours I-001, I-005).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dataplane/wire/address.hpp"

namespace pontoon {

// The networks of `size` bits in `base`.
struct DefaultPool {
    Prefix4 base;
    std::uint8_t size = 16;

    friend bool operator==(const DefaultPool&, const DefaultPool&) = default;
};

// Docker's own: 31 networks.
[[nodiscard]] std::vector<DefaultPool> docker_default_pools();

// `base=175.30.0.0/16,size=24`, as behind --default-address-pool. Throws InputError with a phrase.
[[nodiscard]] DefaultPool default_pool_of(std::string_view text);

// In the order of their addresses, without those that lie in another one.
[[nodiscard]] std::vector<DefaultPool> in_order(std::vector<DefaultPool> pools);

} // namespace pontoon
