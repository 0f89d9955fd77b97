// Bridge networks as the switch and the host's kernel have them: the host's own interface in each, which is there from
// creation to removal, and the part of Desired that is about networks, where only those are that somebody is attached
// to. So a network that nobody uses costs a record and an interface: no port, no descriptor, no place in a Config.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "control/desired.hpp"
#include "control/host.hpp"
#include "control/model/records.hpp"
#include "control/store.hpp"

namespace pontoon {

class Bridges {
public:
    Bridges(Desired& desired, Store& store, Host& host);

    // Makes the host's interface, or takes over the one that a daemon before this one made. Nothing for networks that
    // are no bridges. Throws std::runtime_error or Refused, and then has changed nothing.
    void add(const NetworkRecord& network);
    // Of a network that nobody uses.
    void remove(const NetworkRecord& network);

    // Puts the network into Desired and the host into the network, where they are not yet: before its first endpoint is
    // attached. The next `Host::publish` puts it to use. Throws std::runtime_error, and then has changed nothing.
    void use(const NetworkRecord& network);
    // Takes it out again, after its last endpoint has left; publishes. Nothing if it is not in use.
    void release(const NetworkRecord& network);

    // Interfaces that a daemon before this one made for networks that are no longer there.
    void remove_strange();
    // All of the host's interfaces, when the daemon goes.
    void remove_all() noexcept;
    // Whether we made the interface, or a daemon before this one did.
    [[nodiscard]] bool is_ours(const std::string& interface) const {
        return names_.contains(interface) || left_.contains(interface);
    }

private:
    Desired& desired_;
    Store& store_;
    Host& host_;
    std::map<std::string, std::string> interfaces_; // by network id
    std::map<std::string, std::string> names_;      // and network ids by interface
    std::set<std::string> left_;                    // interfaces that a daemon before this one made
};

} // namespace pontoon
