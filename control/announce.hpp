// Tells a network who has an address now (ARP announcement, RFC 5227 section 2.3): who remembers another MAC for it,
// as of a container that had the address before, corrects that at once.
#pragma once

#include <string>

#include "control/netns.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// Sends it by `interface` of `netns`. Throws std::runtime_error that names the interface.
void announce(const NetNs& netns, const std::string& interface, Mac mac, Ipv4 address);

} // namespace pontoon
