// Where questions for names arrive: a network namespace of the daemon's own, with one TAP device whose other end is the
// switch's port "names", and sockets on port 53 that take packets for every address there and answer from it. So no
// socket is on the host's port 53, and no address is on any interface.
#pragma once

#include "control/netns.hpp"
#include "control/unique_fd.hpp"

namespace pontoon {

struct NameSockets {
    NetNs netns; // lives as long as this
    UniqueFd tap;
    UniqueFd udp;      // with IP_PKTINFO
    UniqueFd listener; // TCP
};

// Throws std::runtime_error.
[[nodiscard]] NameSockets make_name_sockets();

} // namespace pontoon
