#include "control/host_routes.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "control/netlink.hpp"

namespace pontoon {

namespace {

constexpr const char* kResolvConf = "/etc/resolv.conf";

std::string name_of(int index) {
    std::array<char, IF_NAMESIZE> name{};
    return ::if_indextoname(static_cast<unsigned>(index), name.data()) != nullptr ? name.data() : "";
}

} // namespace

struct HostRoutes::Parts {
    std::function<bool(const std::string&)> is_ours;
    NlPtr<nl_sock> socket = subscribed({RTNLGRP_IPV4_ROUTE, RTNLGRP_LINK});
    Netlink requests{};
    std::set<int> ours{}; // interfaces that news came of; their numbers do not come again
    std::vector<Prefix4> prefixes{};
    bool stale = true;

    [[nodiscard]] bool is_one_of_ours(int index) {
        if (ours.contains(index)) {
            return true;
        }
        const auto name = name_of(index);
        const bool found = !name.empty() && is_ours(name);
        if (found) {
            ours.insert(index);
        }
        return found;
    }
    void heard(nlmsghdr* message);
    void listen();
    void list();
};

void HostRoutes::Parts::heard(nlmsghdr* message) {
    switch (message->nlmsg_type) {
    case RTM_NEWLINK: stale |= !is_one_of_ours(static_cast<ifinfomsg*>(nlmsg_data(message))->ifi_index); break;
    case RTM_DELLINK: stale |= ours.erase(static_cast<ifinfomsg*>(nlmsg_data(message))->ifi_index) == 0; break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE: {
        const auto* out = nlmsg_find_attr(message, sizeof(rtmsg), RTA_OIF);
        stale |= out == nullptr || !is_one_of_ours(static_cast<int>(nla_get_u32(out)));
        break;
    }
    default: break;
    }
}

void HostRoutes::Parts::listen() {
    for (int result = 0; result != -NLE_AGAIN;) {
        result = nl_recvmsgs_default(socket.get());
        stale |= result < 0 && result != -NLE_AGAIN; // some were lost
    }
}

void HostRoutes::Parts::list() {
    prefixes.clear();
    for_each<rtnl_route>(requests.routes4(), [&](rtnl_route* route) {
        const auto* destination = rtnl_route_get_dst(route);
        const bool main = rtnl_route_get_table(route) == RT_TABLE_MAIN && rtnl_route_get_type(route) == RTN_UNICAST;
        if (!main || nl_addr_get_prefixlen(destination) == 0 || rtnl_route_get_nnexthops(route) != 1) {
            return;
        }
        auto* hop = rtnl_route_nexthop_n(route, 0);
        const auto address = ipv4_of(destination);
        if (address && rtnl_route_nh_get_gateway(hop) == nullptr && !is_one_of_ours(rtnl_route_nh_get_ifindex(hop))) {
            prefixes.push_back({*address, static_cast<std::uint8_t>(nl_addr_get_prefixlen(destination))});
        }
    });
    stale = false;
}

HostRoutes::HostRoutes(std::function<bool(const std::string&)> is_ours)
    : parts_(std::make_unique<Parts>(Parts{.is_ours = std::move(is_ours)})) {
    const auto heard = [](nl_msg* message, void* parts) {
        static_cast<Parts*>(parts)->heard(nlmsg_hdr(message));
        return static_cast<int>(NL_OK);
    };
    check_nl(nl_socket_modify_cb(parts_->socket.get(), NL_CB_VALID, NL_CB_CUSTOM, heard, parts_.get()), "listen");
}

HostRoutes::~HostRoutes() = default;

std::vector<Prefix4> HostRoutes::reserved() {
    parts_->listen();
    if (parts_->stale) {
        parts_->list();
    }
    auto prefixes = parts_->prefixes;
    std::ifstream file(kResolvConf);
    for (const auto& server : nameservers_of({std::istreambuf_iterator<char>(file), {}})) {
        prefixes.push_back({server, 32});
    }
    return prefixes;
}

std::vector<Ipv4> nameservers_of(const std::string& text) {
    std::vector<Ipv4> servers;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string key;
        std::string value;
        if (words >> key >> value && key == "nameserver") {
            if (const auto address = Ipv4::parse(value)) {
                servers.push_back(*address);
            }
        }
    }
    return servers;
}

} // namespace pontoon
