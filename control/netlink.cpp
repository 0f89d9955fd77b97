#include "control/netlink.hpp"

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <new>
#include <stdexcept>

namespace pontoon {

void check_nl(int result, const std::string& doing) {
    if (result < 0) {
        throw std::runtime_error("cannot " + doing + ": " + nl_geterror(result));
    }
}

NlPtr<nl_addr> nl_address(Mac mac) {
    return owned(nl_addr_build(AF_LLC, mac.bytes.data(), mac.bytes.size()));
}

NlPtr<nl_addr> nl_address(Ipv4 address, int length) {
    auto built = owned(nl_addr_build(AF_INET, &address, sizeof address));
    nl_addr_set_prefixlen(built.get(), length);
    return built;
}

std::optional<Ipv4> ipv4_of(const nl_addr* address) {
    Ipv4 found;
    if (address == nullptr || nl_addr_get_family(address) != AF_INET) {
        return std::nullopt;
    }
    if (nl_addr_get_len(address) == sizeof found) { // a default route's has no bytes
        std::memcpy(&found, nl_addr_get_binary_addr(address), sizeof found);
    }
    return found;
}

std::optional<Mac> mac_in(const nl_addr* address) {
    Mac found;
    if (address == nullptr || nl_addr_get_len(address) != sizeof found) {
        return std::nullopt;
    }
    std::memcpy(&found, nl_addr_get_binary_addr(address), sizeof found);
    return found;
}

NlPtr<nl_sock> subscribed(std::initializer_list<rtnetlink_groups> groups) {
    auto socket = owned(nl_socket_alloc());
    nl_socket_disable_seq_check(socket.get()); // nobody asked for news
    check_nl(nl_connect(socket.get(), NETLINK_ROUTE), "open a netlink socket");
    for (const auto group : groups) {
        check_nl(nl_socket_add_membership(socket.get(), group), "subscribe to news of routes and interfaces");
    }
    check_nl(nl_socket_set_nonblocking(socket.get()), "open a netlink socket");
    return socket;
}

Netlink::Netlink() : socket_(owned(nl_socket_alloc())) {
    check_nl(nl_connect(socket_.get(), NETLINK_ROUTE), "open a netlink socket");
}

NlPtr<rtnl_link> Netlink::link(int index, const char* name) const {
    rtnl_link* found = nullptr;
    const int result = rtnl_link_get_kernel(socket_.get(), index, name, &found);
    if (result == -NLE_NODEV || result == -NLE_OBJ_NOTFOUND) {
        return nullptr;
    }
    check_nl(result, "look for an interface");
    return NlPtr<rtnl_link>(found);
}

NlPtr<rtnl_link> Netlink::link(const std::string& name) const {
    return link(0, name.c_str());
}

NlPtr<rtnl_link> Netlink::link(int index) const {
    return link(index, nullptr);
}

void Netlink::change(int index, rtnl_link* wanted) const {
    const auto which = owned(rtnl_link_alloc());
    rtnl_link_set_ifindex(which.get(), index);
    check_nl(rtnl_link_change(socket_.get(), which.get(), wanted, 0), "configure the interface");
}

void Netlink::remove(int index) const {
    const auto which = owned(rtnl_link_alloc());
    rtnl_link_set_ifindex(which.get(), index);
    check_nl(rtnl_link_delete(socket_.get(), which.get()), "remove the interface");
}

NlPtr<nl_cache> Netlink::addresses() const {
    nl_cache* cache = nullptr;
    check_nl(rtnl_addr_alloc_cache(socket_.get(), &cache), "list addresses");
    return NlPtr<nl_cache>(cache);
}

NlPtr<nl_cache> Netlink::addresses_of(int index) const {
    nl_cache* cache = nullptr;
    check_nl(nl_cache_alloc_name("route/addr", &cache), "list addresses");
    NlPtr<nl_cache> owner(cache);
    const auto strictly = [&](int yes) { // else the kernel does not read which interface is meant
        ::setsockopt(nl_socket_get_fd(socket_.get()), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes, sizeof yes);
    };
    ifaddrmsg wanted{};
    wanted.ifa_family = AF_INET;
    wanted.ifa_index = static_cast<unsigned>(index);
    strictly(1);
    const int sent = nl_send_simple(socket_.get(), RTM_GETADDR, NLM_F_DUMP, &wanted, sizeof wanted);
    const int read = sent < 0 ? sent : nl_cache_pickup(socket_.get(), cache);
    strictly(0);
    check_nl(read, "list addresses");
    return owner;
}

NlPtr<nl_cache> Netlink::routes4() const {
    nl_cache* cache = nullptr;
    check_nl(rtnl_route_alloc_cache(socket_.get(), AF_INET, 0, &cache), "list routes");
    return NlPtr<nl_cache>(cache);
}

NlPtr<nl_cache> Netlink::neighbors() const {
    nl_cache* cache = nullptr;
    check_nl(rtnl_neigh_alloc_cache(socket_.get(), &cache), "list neighbours");
    return NlPtr<nl_cache>(cache);
}

} // namespace pontoon
