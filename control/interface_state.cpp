#include "control/interface_state.hpp"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <limits>

namespace pontoon {
namespace {

constexpr Prefix4 kLoopback{Ipv4{be32{0x7f000000}}, 8};
constexpr int kUsable = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;

// The first by metric of each destination; the kernel uses no other.
class RoutesByMetric {
public:
    void add(const Route4& route, std::uint32_t metric) {
        const auto [found, is_new] = best_.try_emplace(route.destination, Best{route.gateway, metric});
        if (!is_new && metric < found->second.metric) {
            found->second = {route.gateway, metric};
        }
    }

    void store(InterfaceState& state) const {
        for (const auto& [destination, best] : best_) {
            if (destination.length == 0 && !best.gateway.is_unspecified()) {
                state.gateway = best.gateway;
            } else {
                state.routes.push_back({destination, best.gateway});
            }
        }
    }

private:
    struct Best {
        Ipv4 gateway;
        std::uint32_t metric;
    };
    std::map<Prefix4, Best> best_;
};

Prefix4 destination_of(rtnl_route* route) {
    const auto* destination = rtnl_route_get_dst(route);
    return {ipv4_of(destination).value_or(Ipv4{}), static_cast<std::uint8_t>(nl_addr_get_prefixlen(destination))};
}

bool is_of_an_address(const InterfaceState& state, const Route4& route) {
    return route.gateway.is_unspecified() && std::ranges::any_of(state.addresses, [&](const auto& address) {
               return address.prefix() == route.destination;
           });
}

} // namespace

void read_link(const Netlink& netlink, const std::string& name, InterfaceState& state) {
    const auto link = netlink.link(name);
    const InterfaceState none;
    state.index = link ? static_cast<unsigned>(rtnl_link_get_ifindex(link.get())) : none.index;
    constexpr unsigned carries = IFF_UP | IFF_RUNNING;
    state.up = link && (rtnl_link_get_flags(link.get()) & carries) == carries;
    state.mac = link ? mac_in(rtnl_link_get_addr(link.get())).value_or(none.mac) : none.mac;
    state.mtu = link ? rtnl_link_get_mtu(link.get()) : none.mtu;
}

void read_addresses(const Netlink& netlink, InterfaceState& state,
                    const std::function<bool(const std::string&)>& is_left_out) {
    state.addresses.clear();
    state.host_addresses.clear();
    for_each<rtnl_addr>(netlink.addresses(), [&](rtnl_addr* one) {
        const auto local = ipv4_of(rtnl_addr_get_local(one));
        if (!local) {
            return;
        }
        if (static_cast<unsigned>(rtnl_addr_get_ifindex(one)) == state.index) {
            state.addresses.push_back({*local, static_cast<std::uint8_t>(rtnl_addr_get_prefixlen(one))});
        }
        const char* const label = rtnl_addr_get_label(one);
        const bool left_out = is_left_out && label != nullptr && is_left_out(label);
        if (!kLoopback.contains(*local) && !left_out) {
            state.host_addresses.push_back(*local);
        }
    });
    std::ranges::sort(state.host_addresses);
    const auto twice = std::ranges::unique(state.host_addresses);
    state.host_addresses.erase(twice.begin(), twice.end());
}

void read_routes(const Netlink& netlink, InterfaceState& state) {
    state.gateway = {};
    state.routes.clear();
    if (state.index == 0) {
        return;
    }
    RoutesByMetric routes;
    for_each<rtnl_route>(netlink.routes4(), [&](rtnl_route* route) {
        if (rtnl_route_get_table(route) != RT_TABLE_MAIN || rtnl_route_get_type(route) != RTN_UNICAST) {
            return;
        }
        for (int i = 0; i < rtnl_route_get_nnexthops(route); ++i) {
            auto* hop = rtnl_route_nexthop_n(route, i);
            const bool ours = static_cast<unsigned>(rtnl_route_nh_get_ifindex(hop)) == state.index;
            if (!ours || rtnl_route_nh_get_via(hop) != nullptr) { // by way of an IPv6 neighbour
                continue;
            }
            const Route4 found{destination_of(route), ipv4_of(rtnl_route_nh_get_gateway(hop)).value_or(Ipv4{})};
            if (!is_of_an_address(state, found)) {
                routes.add(found, rtnl_route_get_priority(route));
            }
        }
    });
    routes.store(state);
}

void read_neighbors(const Netlink& netlink, InterfaceState& state) {
    state.neighbors.clear();
    if (state.index == 0) {
        return;
    }
    for_each<rtnl_neigh>(netlink.neighbors(), [&](rtnl_neigh* one) {
        const auto address = ipv4_of(rtnl_neigh_get_dst(one));
        const auto mac = mac_in(rtnl_neigh_get_lladdr(one));
        const bool ours = static_cast<unsigned>(rtnl_neigh_get_ifindex(one)) == state.index;
        if (ours && address && mac && (rtnl_neigh_get_state(one) & kUsable) != 0) {
            state.neighbors[*address] = *mac;
        }
    });
}

} // namespace pontoon
