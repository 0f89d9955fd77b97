// Keeps the maps of ebpf/steer.bpf.c in step with the configuration: only what changed is written, and no port that
// stays ours is ever not ours in between.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "dataplane/config.hpp"
#include "ebpf/steer.h"

namespace pontoon {

class SteerMaps {
public:
    // Descriptors of the maps `addresses`, `ports` and `subnets`, empty; they stay the caller's and outlive this.
    // Throws std::runtime_error.
    SteerMaps(int addresses, int ports, int subnets);

    // Throws std::runtime_error; what it did not get to is done by the next call.
    void follow(const Config& config);

private:
    using Slot = std::uint32_t;
    struct Unmap {
        void operator()(steer_ports* ports) const;
    };

    void follow_addresses(const Config& config);
    void follow_subnets(const Config& config);
    [[nodiscard]] Slot free_slot() const;

    int addresses_;
    int subnets_;
    std::unique_ptr<steer_ports[], Unmap> ports_; // the map itself
    std::map<Ipv4, Slot> slots_;
    std::set<Prefix4> followed_;
};

} // namespace pontoon
