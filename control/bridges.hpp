// Bridge networks as the switch and the host's kernel have them: the part of Desired that is about networks, and the
// host's own interface in each.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "control/desired.hpp"
#include "control/linux_host.hpp"
#include "control/model/records.hpp"
#include "control/store.hpp"

namespace pontoon {

class Bridges {
public:
    Bridges(Desired& desired, Store& store, LinuxHost& host);

    // Makes the host's interface, or takes over the one that is there. Throws std::runtime_error or Refused, and then
    // has changed nothing.
    void add(const NetworkRecord& network);
    void remove(const NetworkRecord& network);
    // Interfaces that a daemon before this one made for networks that are no longer there.
    void remove_strange();
    // All of the host's interfaces, when the daemon goes.
    void remove_all() noexcept;
    // On-link routes of the host and its nameservers: what an automatic choice of a subnet leaves alone (I-004).
    [[nodiscard]] std::vector<Prefix4> reserved() const;

private:
    Desired& desired_;
    Store& store_;
    LinuxHost& host_;
    std::map<std::string, std::string> interfaces_; // by network id
};

} // namespace pontoon
