// Network interfaces that we make: TAP devices and veth pairs, with their addresses and routes (libnl-route).
// Everything throws std::runtime_error that names the interface, and undoes what it had done.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

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
    std::vector<std::pair<std::string, std::string>> sysctls{}; // path below /proc/sys and value
};

// Whether `netns` has an interface of this name.
[[nodiscard]] bool has_interface(const NetNs& netns, const std::string& name);
// "eth0", "eth1" ...: the first that is free and none of `taken`.
[[nodiscard]] std::string free_interface_name(const NetNs& netns, const std::string& prefix,
                                              const std::set<std::string>& taken = {});
// Removes it if it is there. False if it was not.
bool remove_interface(const NetNs& netns, const std::string& name);

// Whether it is there, with this MAC and address.
[[nodiscard]] bool has_address(const NetNs& netns, const std::string& name, Mac mac, Ipv4 address);
// As a container expects it: up.
void bring_up_loopback(const NetNs& netns);
// The default route of `netns` is by `gateway` on this interface from now on; there is no moment without one.
void set_default_route(const NetNs& netns, const std::string& name, Ipv4 gateway);
// There is none by this interface any more.
void remove_default_route(const NetNs& netns, const std::string& name);

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
