// Follows one network interface of the host by netlink: its MAC, MTU, addresses, routes and neighbours, and all IPv4
// addresses that the host has.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/config.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

struct InterfaceState {
    unsigned index = 0;
    bool up = false; // and has a carrier
    Mac mac;
    std::uint32_t mtu = 1500;
    std::vector<InterfaceAddress4> addresses; // as the kernel lists them: primary before secondary
    Ipv4 gateway;                             // of the default route by this interface; 0.0.0.0: none
    std::vector<Route4> routes;               // the other routes by this interface, of the main table, but on-link
                                              // prefixes of its addresses
    std::map<Ipv4, Mac> neighbors;            // with a usable MAC (reachable, stale, delay, probe, permanent)
    std::vector<Ipv4> host_addresses;         // of all interfaces but loopback's 127.0.0.0/8, sorted

    friend bool operator==(const InterfaceState&, const InterfaceState&) = default;
};

class InterfaceWatch {
public:
    // In the calling thread's namespace. Throws std::runtime_error that names the interface. An empty name follows
    // the host's addresses only.
    explicit InterfaceWatch(const std::string& interface);
    InterfaceWatch(const InterfaceWatch&) = delete;
    InterfaceWatch& operator=(const InterfaceWatch&) = delete;
    ~InterfaceWatch();

    // Interfaces of these names are not the host's own business: their addresses and routes are no news, and are not
    // among `host_addresses`.
    void leave_out(std::function<bool(const std::string&)> is_ours);

    [[nodiscard]] const InterfaceState& state() const;

    // Readable when there is news; then call `read`, which returns whether the state is another one now.
    [[nodiscard]] int fd() const;
    bool read();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace pontoon
