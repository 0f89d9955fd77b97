#include "control/interface_setup.hpp"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <vector>

namespace pontoon {
namespace {

void set_link(const Netlink& netlink, int index, const InterfaceSettings& settings, unsigned queue_length) {
    const auto wanted = owned(rtnl_link_alloc());
    rtnl_link_set_addr(wanted.get(), nl_address(settings.mac).get());
    rtnl_link_set_mtu(wanted.get(), settings.mtu);
    rtnl_link_set_txqlen(wanted.get(), queue_length);
    rtnl_link_set_flags(wanted.get(), IFF_UP);
    netlink.change(index, wanted.get());
}

// Removes its other addresses. True if it has the address already.
bool has_only(const Netlink& netlink, int index, const std::optional<InterfaceAddress4>& wanted) {
    std::vector<NlPtr<rtnl_addr>> others;
    bool there = false;
    for_each<rtnl_addr>(netlink.addresses(), [&](rtnl_addr* one) {
        const auto local = ipv4_of(rtnl_addr_get_local(one));
        if (rtnl_addr_get_ifindex(one) != index || !local) {
            return;
        }
        there |= wanted && *local == wanted->address && rtnl_addr_get_prefixlen(one) == wanted->length;
        nl_object_get(reinterpret_cast<nl_object*>(one));
        others.emplace_back(one);
    });
    if (!there) {
        for (const auto& other : others) {
            rtnl_addr_delete(netlink.socket(), other.get(), 0); // a secondary one may have gone with its primary
        }
    }
    return there;
}

void set_address(const Netlink& netlink, int index, const std::optional<InterfaceAddress4>& wanted, bool is_new) {
    if ((!is_new && has_only(netlink, index, wanted)) || !wanted) {
        return;
    }
    const auto address = owned(rtnl_addr_alloc());
    rtnl_addr_set_ifindex(address.get(), index);
    check_nl(rtnl_addr_set_local(address.get(), nl_address(wanted->address, wanted->length).get()), "take an address");
    if (wanted->length < 31) {
        const Ipv4 broadcast{be32{wanted->address.host() | ~wanted->prefix().mask()}};
        check_nl(rtnl_addr_set_broadcast(address.get(), nl_address(broadcast).get()), "take a broadcast address");
    }
    check_nl(rtnl_addr_add(netlink.socket(), address.get(), 0), "set the address " + wanted->address.to_string());
}

bool has_default_route(const Netlink& netlink) {
    bool found = false;
    for_each<rtnl_route>(netlink.routes4(), [&](rtnl_route* route) {
        found |= rtnl_route_get_table(route) == RT_TABLE_MAIN && nl_addr_get_prefixlen(rtnl_route_get_dst(route)) == 0;
    });
    return found;
}

void add_default_route(const Netlink& netlink, int index, Ipv4 gateway) {
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
    check_nl(rtnl_route_add(netlink.socket(), route.get(), 0), "set the default route by " + gateway.to_string());
}

} // namespace

void check_interface_name(const std::string& name) {
    const auto bad = [](unsigned char c) { return c == '/' || c == ':' || c == '%' || std::isspace(c) != 0; };
    if (name.empty() || name == "." || name == ".." || std::ranges::any_of(name, bad)) {
        throw std::runtime_error('"' + name + "\": is no name for an interface");
    }
    if (name.size() >= IFNAMSIZ) {
        throw std::runtime_error(name + ": is longer than the 15 bytes that an interface's name may have");
    }
}

void bring_up_loopback(const Netlink& netlink) {
    constexpr int loopback = 1; // in every namespace (net/core/dev.c)
    const auto link = netlink.link(loopback);
    if (link != nullptr && (rtnl_link_get_flags(link.get()) & IFF_UP) == 0) {
        const auto wanted = owned(rtnl_link_alloc());
        rtnl_link_set_flags(wanted.get(), IFF_UP);
        netlink.change(loopback, wanted.get());
    }
}

void disable_ipv6(const std::string& name) {
    const std::string file = "/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6";
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd && errno == ENOENT) {
        return;
    }
    if (!fd || ::write(fd.get(), "1", 1) != 1) {
        throw std::runtime_error("cannot write " + file + ": " + std::strerror(errno));
    }
}

void bring_up(const Netlink& netlink, int index, const InterfaceSettings& settings, unsigned queue_length,
              bool is_new) {
    if (!settings.ipv6) {
        disable_ipv6(settings.name); // before it is up: it would announce itself
    }
    set_link(netlink, index, settings, queue_length);
    set_address(netlink, index, settings.address, is_new);
    if (settings.default_gateway && !has_default_route(netlink)) {
        add_default_route(netlink, index, *settings.default_gateway);
    }
}

} // namespace pontoon
