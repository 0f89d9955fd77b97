// Network interfaces that we make: TAP devices and veth pairs, with their addresses and routes (libnl-route).
// Everything throws std::runtime_error that names the interface, and undoes what it had done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "control/netns.hpp"
#include "control/unique_fd.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

struct InterfaceSettings {
    std::string name; // at most 15 bytes
    Mac mac;
    std::uint32_t mtu = 1500;
    std::optional<InterfaceAddress4> address;
    std::optional<Ipv4> default_gateway; // a default route by it, if there is none yet
    bool ipv6 = true;                    // false: switched off, so that nothing of it is ever sent
};

// Whether `netns` has an interface of this name.
[[nodiscard]] bool has_interface(const NetNs& netns, const std::string& name);
// "eth0", "eth1" ...: the first that is free.
[[nodiscard]] std::string free_interface_name(const NetNs& netns, const std::string& prefix);
// Removes it if it is there. False if it was not.
bool remove_interface(const NetNs& netns, const std::string& name);

// A TAP device in `netns`, up and configured, as TapSpec wants it, with the offloads that this kernel has (checksum,
// TSO4, TSO6, USO). It is persistent: it survives its descriptor, so that a daemon that was killed finds its containers
// connected. Made, or taken over if it is there already and is a TAP device that nobody has open.
[[nodiscard]] UniqueFd open_tap(const NetNs& netns, const InterfaceSettings& settings);

// Opens again the TAP device that open_tap made and nobody has open now; its settings stay.
[[nodiscard]] UniqueFd reopen_tap(const NetNs& netns, const std::string& name);

// A veth pair: `settings` is the end in `netns`; the other end stays in the calling thread's namespace, up, without an
// address, named `host_name`.
void make_veth(const NetNs& netns, const InterfaceSettings& settings, const std::string& host_name);

} // namespace pontoon
