#include "control/dns/name_sockets.hpp"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/route/rule.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <stdexcept>
#include <thread>

#include "control/interface.hpp"
#include "control/netlink.hpp"
#include "dataplane/config.hpp"

namespace pontoon {
namespace {

constexpr const char* kDevice = "names";
constexpr std::uint32_t kTable = 100;
constexpr int kLoopback = 1;
constexpr std::uint32_t kMtu = 1280;   // answers of 1232 bytes go whole, and networks of a small MTU take the pieces
const Ipv4 kNextHop{be32{0xc0000201}}; // 192.0.2.1: one neighbour for all containers, which nobody asks for
constexpr int kBacklog = 256;
constexpr int kReceiveBuffer = 4 << 20; // bytes: questions that come while others are answered

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string("the port for names: cannot ") + what + ": " + std::strerror(errno));
}

NetNs new_netns() {
    std::optional<NetNs> made;
    std::exception_ptr failure;
    std::thread([&] { // which ends, and the namespace lives on by its descriptor
        try {
            if (::unshare(CLONE_NEWNET) != 0) {
                fail("make a network namespace");
            }
            made = NetNs::current();
        } catch (...) {
            failure = std::current_exception();
        }
    })
        .join();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return std::move(*made);
}

NlPtr<rtnl_route> route(std::uint32_t table, unsigned char type, unsigned char scope) {
    auto made = owned(rtnl_route_alloc());
    rtnl_route_set_family(made.get(), AF_INET);
    rtnl_route_set_table(made.get(), table);
    rtnl_route_set_scope(made.get(), scope);
    rtnl_route_set_protocol(made.get(), RTPROT_BOOT);
    check_nl(rtnl_route_set_type(made.get(), type), "make a route");
    check_nl(rtnl_route_set_dst(made.get(), nl_address(Ipv4{}, 0).get()), "make a route");
    return made;
}

rtnl_nexthop* hop(int index) {
    auto* made = rtnl_route_nh_alloc();
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    rtnl_route_nh_set_ifindex(made, index);
    return made;
}

// What comes by the device is for us, whatever its address; what we send leaves by the device, wherever it goes.
void set_routes(const Netlink& netlink, int index) {
    const auto local = route(kTable, RTN_LOCAL, RT_SCOPE_HOST);
    rtnl_route_add_nexthop(local.get(), hop(kLoopback));
    check_nl(rtnl_route_add(netlink.socket(), local.get(), 0), "set the route of questions");
    auto* next = hop(index);
    rtnl_route_nh_set_gateway(next, nl_address(kNextHop).get());
    rtnl_route_nh_set_flags(next, RTNH_F_ONLINK);
    const auto out = route(RT_TABLE_MAIN, RTN_UNICAST, RT_SCOPE_UNIVERSE);
    rtnl_route_add_nexthop(out.get(), next);
    check_nl(rtnl_route_add(netlink.socket(), out.get(), 0), "set the route of answers");
    rtnl_rule* rule = rtnl_rule_alloc();
    if (rule == nullptr) {
        throw std::bad_alloc();
    }
    rtnl_rule_set_family(rule, AF_INET);
    rtnl_rule_set_iif(rule, kDevice);
    rtnl_rule_set_table(rule, kTable);
    rtnl_rule_set_prio(rule, kTable);
    rtnl_rule_set_action(rule, FR_ACT_TO_TBL);
    const int result = rtnl_rule_add(netlink.socket(), rule, NLM_F_CREATE);
    rtnl_rule_put(rule);
    check_nl(result, "set the rule of questions");
}

void set_up(const NetNs& netns) {
    netns.run([] {
        const Netlink netlink;
        const auto link = netlink.link(kDevice);
        if (link == nullptr) {
            throw std::runtime_error("the port for names has gone while it was made");
        }
        const int index = rtnl_link_get_ifindex(link.get());
        const auto wanted = owned(rtnl_link_alloc());
        rtnl_link_set_flags(wanted.get(), IFF_NOARP); // the switch knows the containers' MACs
        netlink.change(index, wanted.get());
        set_routes(netlink, index);
    });
}

void set_option(const UniqueFd& fd, int level, int option, int value, const char* what) {
    if (::setsockopt(fd.get(), level, option, &value, sizeof value) != 0) {
        fail(what);
    }
}

// On port 53 of every address, also those that no interface has (ip(7), IP_TRANSPARENT).
UniqueFd bound(int type) {
    UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
        fail("make a socket");
    }
    set_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1, "answer from every address");
    if (type == SOCK_DGRAM) {
        set_option(fd, IPPROTO_IP, IP_PKTINFO, 1, "learn which address was asked");
        set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, "let answers be fragmented");
        set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer, "have room for questions");
    } else {
        set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "share the address");
    }
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(53);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) {
        fail("bind port 53 in a namespace of our own");
    }
    if (type == SOCK_STREAM && ::listen(fd.get(), kBacklog) != 0) {
        fail("listen");
    }
    return fd;
}

} // namespace

NameSockets make_name_sockets() {
    NetNs netns = new_netns();
    InterfaceSettings settings;
    settings.name = kDevice;
    settings.mac = kNamesMac;
    settings.mtu = kMtu;
    settings.ipv6 = false;
    UniqueFd tap = open_tap(netns, settings);
    set_up(netns);
    auto [udp, listener] = netns.run([] { return std::pair{bound(SOCK_DGRAM), bound(SOCK_STREAM)}; });
    return {std::move(netns), std::move(tap), std::move(udp), std::move(listener)};
}

} // namespace pontoon
