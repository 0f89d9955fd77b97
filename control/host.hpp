// What the control plane has done to the machine. `LinuxHost` does it; tests put another in its place.
// Everything throws std::runtime_error unless it says otherwise, and then has changed nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "control/desired.hpp"
#include "dataplane/observe/counters.hpp"

namespace pontoon {

class Host {
public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    virtual ~Host() = default;

    // Which namespace `place` leads to now.
    [[nodiscard]] virtual NetNs::Id find(const Place& place) const = 0;
    // `prefix` and the lowest number that no interface there has, nor one of `taken`.
    [[nodiscard]] virtual std::string free_interface(const Place& place, const std::string& prefix,
                                                     const std::set<std::string>& taken) const = 0;
    [[nodiscard]] virtual bool has_interface(const Place& place, const std::string& name) const = 0;

    // Sets the loopback device up, which a new namespace has down.
    virtual void bring_up_loopback(const Place& place) = 0;
    // The default route there is by `gateway` on this interface from now on.
    virtual void set_default_route(const Place& place, const std::string& interface, Ipv4 gateway) = 0;
    // There is none any more by this interface.
    virtual void remove_default_route(const Place& place, const std::string& interface) = 0;

    // When a process began, in clock ticks since boot; 0 if there is none of this number.
    [[nodiscard]] virtual std::uint64_t process_start(pid_t pid) const = 0;
    // Sends a signal to the process that began then; nothing if it has ended.
    virtual void signal(pid_t pid, std::uint64_t start, int number) = 0;

    // Makes the interface, or takes it over, and gives the endpoint a port; the next `publish` puts it to use.
    virtual void plug(const Attachment& attachment, const Network& network) = 0;
    // Takes port and interface away, as far as they are there.
    virtual void unplug(const Attachment& attachment) = 0;

    // The host's own interface in a network, which is there whether it has a port or not. Takes over one that is there
    // and is ours (`take_over`); refuses others. `with_address` is false where the host has no address in the network.
    virtual void make_host_interface(const std::string& interface, const Network& network, bool with_address,
                                     bool take_over) = 0;
    virtual void remove_host_interface(const std::string& interface) = 0;
    // Gives the network's `host_port` a port, which is that interface; the next `publish` puts it to use, and
    // `withdraw` ends it.
    virtual void plug_host(const std::string& interface, const Network& network) = 0;

    // Makes `desired` true: in the engine, on the uplink, for processes of the host. No endpoints but `changed` are
    // different from the last time. Before the host has begun nothing happens but that what has `left` loses its port.
    virtual void publish(const Desired& desired, const std::vector<std::string>& changed) = 0;
    // The same where these names, endpoints or a network's host_port, have `left` and lose their ports.
    virtual void withdraw(const Desired& desired, const std::vector<std::string>& left,
                          const std::vector<std::string>& changed) = 0;

    // Tells the others in the network where the endpoint is, now and as often as it says.
    virtual void announce(const Attachment& attachment) = 0;

    // Why a process of the host stands in the way of this, or empty.
    [[nodiscard]] virtual std::string held(const Publish& publish) const = 0;
    // The ports whose device has gone.
    [[nodiscard]] virtual std::vector<std::string> failed() const = 0;
    [[nodiscard]] virtual Stats stats() const = 0;
};

} // namespace pontoon
