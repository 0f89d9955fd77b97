// What TAP devices and veth pairs have in common: names, and bringing a device that exists to its settings.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>

#include "control/interface.hpp"
#include "control/netlink.hpp"

namespace pontoon {

// Throws std::runtime_error for what the kernel would refuse or, as "eth%d", take for something else.
void check_interface_name(const std::string& name);

// IPv6, sysctls, MAC, MTU, queue length (packets), address, up, default route: in the calling thread's namespace. A
// device that has the address already keeps its others, which are the container's own; one that has not loses what it
// had. Of one that is new nobody has to look for addresses, which costs time where there are thousands.
void bring_up(const Netlink& netlink, int index, const InterfaceSettings& settings, unsigned queue_length, bool is_new);

// As a container expects it; for namespaces that are not the host's own.
void bring_up_loopback(const Netlink& netlink);

// `path` below /proc/sys; of the network it is the calling thread's namespace's.
void write_sysctl(const std::string& path, const std::string& value);
// In the calling thread's namespace; nothing to do where the kernel has no IPv6.
void disable_ipv6(const std::string& name);

// "NAME: WHY" for what `work` throws.
template <typename Work>
auto for_interface(const std::string& name, Work&& work) {
    try {
        return work();
    } catch (const std::exception& error) {
        throw std::runtime_error(name + ": " + error.what());
    }
}

} // namespace pontoon
