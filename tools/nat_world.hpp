// The world that NAT benchmarks take place in: 500 containers of one network behind one port, an uplink, and remote
// ends in 198.18.0.0/15 (RFC 2544) behind the uplink's gateway.
#pragma once

#include <cstdint>

#include "dataplane/config.hpp"
#include "tools/transport_frames.hpp"

namespace pontoon {

inline constexpr unsigned kContainers = 500;
inline constexpr unsigned kMostPublishes = 10000;
inline constexpr unsigned kMostFlows = 10'000'000;
inline constexpr const char* kInsideName = "inside"; // the port that all containers are behind

struct NatWorld {
    unsigned publishes = 0; // published ports on the uplink's address, spread over the containers
    Transport protocol = Transport::udp;
    std::uint32_t flows = 1; // room for so many
};

[[nodiscard]] Config make_config(const NatWorld& world);

// What begins flow number `flow`, under kMostFlows: a container sends to a remote end of its own.
[[nodiscard]] Ends masqueraded_ends(unsigned flow);
// The same from outside: a remote client sends to one of the published ports. No more than kContainers of them are
// visited, each of another container.
[[nodiscard]] Ends published_ends(unsigned flow, unsigned publishes);

} // namespace pontoon
