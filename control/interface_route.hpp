// The IPv4 default route of a network namespace, in its main table (libnl-route). Everything throws std::runtime_error.
#pragma once

#include "control/netlink.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// In the calling thread's namespace.
[[nodiscard]] bool has_default_route(const Netlink& netlink);
// The one with the best metric is this from now on; there is no moment without one.
void put_default_route(const Netlink& netlink, int index, Ipv4 gateway);

} // namespace pontoon
