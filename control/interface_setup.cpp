#include "control/interface_setup.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <vector>

#include "control/interface_route.hpp"

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
    for_each<rtnl_addr>(netlink.addresses_of(index), [&](rtnl_addr* one) {
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

void write_sysctl(const std::string& path, const std::string& value) {
    const std::string file = "/proc/sys/" + path;
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd || ::write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
        throw std::runtime_error("cannot write " + file + ": " + std::strerror(errno));
    }
}

void disable_ipv6(const std::string& name) {
    const std::string path = "net/ipv6/conf/" + name + "/disable_ipv6";
    if (::access(("/proc/sys/" + path).c_str(), F_OK) == 0) {
        write_sysctl(path, "1");
    }
}

void bring_up(const Netlink& netlink, int index, const InterfaceSettings& settings, unsigned queue_length,
              bool is_new) {
    if (!settings.ipv6) {
        disable_ipv6(settings.name); // before it is up: it would announce itself
    }
    for (const auto& [path, value] : settings.sysctls) {
        write_sysctl(path, value);
    }
    set_link(netlink, index, settings, queue_length);
    set_address(netlink, index, settings.address, is_new);
    if (settings.default_gateway && !has_default_route(netlink)) {
        put_default_route(netlink, index, *settings.default_gateway);
    }
}

} // namespace pontoon
