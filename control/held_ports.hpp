// Which ports the host's processes hold, from the kernel's list of sockets (sock_diag): one question whatever the size
// of a range.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "dataplane/config.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// A socket that listens or is bound: `address` is IPv6, of an IPv4 socket ::ffff:a.b.c.d.
struct HeldSocket {
    Ipv6 address;
    std::uint16_t port = 0;
    bool only_ipv6 = false;
};

[[nodiscard]] Ipv6 mapped(Ipv4 address);

// Whether publishing a port of `host_ip` and holding it by this socket exclude each other; as a rule for every address
// also leads connections to ::1, sockets there count for it.
[[nodiscard]] bool excludes(const HeldSocket& socket, Ipv4 host_ip);

// The first port of `publish` that a socket of the calling thread's namespace holds, unless `ours` says that the
// socket is our own. Throws std::runtime_error.
[[nodiscard]] std::optional<std::uint16_t> held_port(const Publish& publish,
                                                     const std::function<bool(const HeldSocket&)>& ours);

} // namespace pontoon
