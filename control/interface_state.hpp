// Reads an InterfaceState from the kernel (rtnetlink): one function for each kind of object that has news.
#pragma once

#include <functional>
#include <string>

#include "control/interface_watch.hpp"
#include "control/netlink.hpp"

namespace pontoon {

// Index 0, down and without a MAC if there is no such interface.
void read_link(const Netlink& netlink, const std::string& name, InterfaceState& state);
// Of the interface `state.index`, and of all but those whose name `is_left_out`, if that is told.
void read_addresses(const Netlink& netlink, InterfaceState& state,
                    const std::function<bool(const std::string&)>& is_left_out = {});
// After `read_addresses`, whose prefixes are left out.
void read_routes(const Netlink& netlink, InterfaceState& state);
void read_neighbors(const Netlink& netlink, InterfaceState& state);

} // namespace pontoon
