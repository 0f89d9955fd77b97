#include "control/interface_route.hpp"

#include <linux/rtnetlink.h>
#include <netlink/netlink.h>

#include <new>
#include <stdexcept>
#include <vector>

#include "control/interface.hpp"
#include "control/interface_setup.hpp"

namespace pontoon {
namespace {

bool is_default(rtnl_route* route) {
    return rtnl_route_get_table(route) == RT_TABLE_MAIN && rtnl_route_get_type(route) == RTN_UNICAST &&
           nl_addr_get_prefixlen(rtnl_route_get_dst(route)) == 0;
}

bool is_by(rtnl_route* route, int index) {
    return rtnl_route_get_nnexthops(route) == 1 && rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, 0)) == index;
}

NlPtr<rtnl_link> link_of(const Netlink& netlink, const std::string& interface) {
    auto link = netlink.link(interface);
    if (link == nullptr) {
        throw std::runtime_error("is not there");
    }
    return link;
}

} // namespace

bool has_default_route(const Netlink& netlink) {
    bool found = false;
    for_each<rtnl_route>(netlink.routes4(), [&](rtnl_route* route) {
        found |= rtnl_route_get_table(route) == RT_TABLE_MAIN && nl_addr_get_prefixlen(rtnl_route_get_dst(route)) == 0;
    });
    return found;
}

void put_default_route(const Netlink& netlink, int index, Ipv4 gateway) {
    const auto route = owned(rtnl_route_alloc());
    rtnl_route_set_family(route.get(), AF_INET);
    rtnl_route_set_table(route.get(), RT_TABLE_MAIN);
    rtnl_route_set_scope(route.get(), RT_SCOPE_UNIVERSE);
    rtnl_route_set_protocol(route.get(), RTPROT_BOOT);
    rtnl_route_set_type(route.get(), RTN_UNICAST);
    check_nl(rtnl_route_set_dst(route.get(), nl_address(Ipv4{}, 0).get()), "make a route");
    auto* hop = rtnl_route_nh_alloc();
    if (hop == nullptr) {
        throw std::bad_alloc();
    }
    rtnl_route_nh_set_ifindex(hop, index);
    rtnl_route_nh_set_gateway(hop, nl_address(gateway).get());
    rtnl_route_add_nexthop(route.get(), hop); // which then belongs to the route
    check_nl(rtnl_route_add(netlink.socket(), route.get(), NLM_F_REPLACE),
             "set the default route by " + gateway.to_string());
}

void set_default_route(const NetNs& netns, const std::string& interface, Ipv4 gateway) {
    netns.run([&] {
        for_interface(interface, [&] {
            const Netlink netlink;
            put_default_route(netlink, rtnl_link_get_ifindex(link_of(netlink, interface).get()), gateway);
        });
    });
}

void remove_default_route(const NetNs& netns, const std::string& interface) {
    netns.run([&] {
        for_interface(interface, [&] {
            const Netlink netlink;
            const int index = rtnl_link_get_ifindex(link_of(netlink, interface).get());
            std::vector<NlPtr<rtnl_route>> doomed;
            for_each<rtnl_route>(netlink.routes4(), [&](rtnl_route* route) {
                if (is_default(route) && is_by(route, index)) {
                    nl_object_get(reinterpret_cast<nl_object*>(route));
                    doomed.emplace_back(route);
                }
            });
            for (const auto& route : doomed) {
                check_nl(rtnl_route_delete(netlink.socket(), route.get(), 0), "remove the default route");
            }
        });
    });
}

void bring_up_loopback(const NetNs& netns) {
    netns.run([] { bring_up_loopback(Netlink()); });
}

bool has_address(const NetNs& netns, const std::string& interface, Mac mac, Ipv4 address) {
    return netns.run([&] {
        const Netlink netlink;
        const auto link = netlink.link(interface);
        if (link == nullptr || mac_in(rtnl_link_get_addr(link.get())) != mac) {
            return false;
        }
        bool found = false;
        for_each<rtnl_addr>(netlink.addresses(), [&](rtnl_addr* one) {
            found |= rtnl_addr_get_ifindex(one) == rtnl_link_get_ifindex(link.get()) &&
                     ipv4_of(rtnl_addr_get_local(one)) == address;
        });
        return found;
    });
}

} // namespace pontoon
