// What the control plane has done to the machine. `LinuxHost` does it; tests put another in its place.
// Everything throws std::runtime_error unless it says otherwise, and then has changed nothing.
#pragma once

#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "dataplane/config.hpp"
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
    // The name that an interface gets that is made there now.
    [[nodiscard]] virtual std::string free_interface(const Place& place) const = 0;

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

    // Makes `config` true: in the engine, on the uplink, for processes of the host.
    virtual void publish(const Config& config) = 0;
    // The same where `config` has lost the endpoint `name`, which loses its port.
    virtual void withdraw(const Config& config, const std::string& name) = 0;

    // Tells the others in the network where the endpoint is.
    virtual void announce(const Attachment& attachment) = 0;

    // Why a process of the host stands in the way of this, or empty.
    [[nodiscard]] virtual std::string held(const Publish& publish) const = 0;
    // The ports whose device has gone.
    [[nodiscard]] virtual std::vector<std::string> failed() const = 0;
    [[nodiscard]] virtual Stats stats() const = 0;
};

} // namespace pontoon
