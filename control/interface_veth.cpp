#include <netlink/route/link/inet6.h>
#include <netlink/route/link/veth.h>

#include <linux/if_link.h>
#include <net/if.h>

#include "control/interface.hpp"
#include "control/interface_setup.hpp"

namespace pontoon {
namespace {

constexpr unsigned kQueueLength = 1000; // Ethernet's usual

// An AF_XDP socket reads one queue; veth would have one for each processor.
void with_one_queue(rtnl_link* link) {
    rtnl_link_set_num_tx_queues(link, 1);
    rtnl_link_set_num_rx_queues(link, 1);
}

void make_pair(const Netlink& here, const NetNs& netns, const InterfaceSettings& settings, const std::string& name) {
    const auto link = owned(rtnl_link_veth_alloc());
    rtnl_link_set_name(link.get(), name.c_str());
    rtnl_link_set_mtu(link.get(), settings.mtu);
    with_one_queue(link.get());
    const auto peer = owned(rtnl_link_veth_get_peer(link.get()));
    rtnl_link_set_name(peer.get(), settings.name.c_str());
    rtnl_link_set_mtu(peer.get(), settings.mtu);
    rtnl_link_set_addr(peer.get(), nl_address(settings.mac).get());
    rtnl_link_set_ns_fd(peer.get(), netns.fd());
    with_one_queue(peer.get());
    check_nl(rtnl_link_add(here.socket(), link.get(), NLM_F_CREATE | NLM_F_EXCL), "make a veth pair");
}

// Without an IPv6 address it has nothing to say to the container.
void bring_up_host_end(const Netlink& here, int index) {
    const auto wanted = owned(rtnl_link_alloc());
    check_nl(rtnl_link_inet6_set_addr_gen_mode(wanted.get(), IN6_ADDR_GEN_MODE_NONE), "configure IPv6");
    rtnl_link_set_flags(wanted.get(), IFF_UP);
    here.change(index, wanted.get());
}

void bring_up_container_end(const InterfaceSettings& settings) {
    const Netlink there;
    bring_up_loopback(there);
    const auto link = there.link(settings.name);
    if (link == nullptr) {
        throw std::runtime_error("has gone while it was made");
    }
    bring_up(there, rtnl_link_get_ifindex(link.get()), settings, kQueueLength, true);
}

} // namespace

void make_veth(const NetNs& netns, const InterfaceSettings& settings, const std::string& host_name) {
    check_interface_name(settings.name);
    check_interface_name(host_name);
    if (has_interface(netns, settings.name)) {
        throw std::runtime_error(settings.name + ": is there already");
    }
    const Netlink here;
    if (here.link(host_name) != nullptr) {
        throw std::runtime_error(host_name + ": is there already");
    }
    for_interface(settings.name, [&] { make_pair(here, netns, settings, host_name); });
    const int index = static_cast<int>(::if_nametoindex(host_name.c_str()));
    try {
        for_interface(host_name, [&] { bring_up_host_end(here, index); });
        netns.run([&] { for_interface(settings.name, [&] { bring_up_container_end(settings); }); });
    } catch (...) {
        here.remove(index); // and with it the other end
        throw;
    }
}

} // namespace pontoon
