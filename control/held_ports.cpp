#include "control/held_ports.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "control/host_rules.hpp"
#include "control/netlink.hpp"

namespace pontoon {
namespace {

constexpr std::uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr Ipv6 kLoopback6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr unsigned kTcpBoundInactive = 13; // Linux 6.8: bound, and neither listening nor connected

inet_diag_req_v2 request_for(std::uint8_t family, const Publish& publish) {
    inet_diag_req_v2 request{};
    request.sdiag_family = family;
    request.sdiag_protocol = ip_protocol(publish.protocol);
    // A UDP socket holds its port whatever its state.
    request.idiag_states = publish.protocol == Transport::udp ? ~0U : 1U << TCP_LISTEN | 1U << kTcpBoundInactive;
    if (publish.host_ports.size() == 1) {
        request.id.idiag_sport = be16{publish.host_ports.first}.raw();
    }
    return request;
}

HeldSocket socket_in(nlmsghdr* message) {
    const auto* found = static_cast<const inet_diag_msg*>(nlmsg_data(message));
    HeldSocket socket;
    socket.port = be16::from_raw(found->id.idiag_sport).host();
    if (found->idiag_family == AF_INET) {
        Ipv4 address;
        std::memcpy(&address, found->id.idiag_src, sizeof address);
        socket.address = mapped(address);
    } else {
        std::memcpy(socket.address.bytes.data(), found->id.idiag_src, socket.address.bytes.size());
        const auto* only = nlmsg_find_attr(message, sizeof *found, INET_DIAG_SKV6ONLY);
        socket.only_ipv6 = only != nullptr && nla_get_u8(only) != 0;
    }
    return socket;
}

int take(nl_msg* message, void* sockets) {
    static_cast<std::vector<HeldSocket>*>(sockets)->push_back(socket_in(nlmsg_hdr(message)));
    return NL_OK;
}

std::vector<HeldSocket> sockets_of(std::uint8_t family, const Publish& publish) {
    std::vector<HeldSocket> sockets;
    const auto netlink = owned(nl_socket_alloc());
    const std::string doing = "list the host's sockets";
    check_nl(nl_connect(netlink.get(), NETLINK_SOCK_DIAG), doing);
    check_nl(nl_socket_modify_cb(netlink.get(), NL_CB_VALID, NL_CB_CUSTOM, take, &sockets), doing);
    auto request = request_for(family, publish);
    check_nl(nl_send_simple(netlink.get(), SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &request, sizeof request), doing);
    const int result = nl_recvmsgs_default(netlink.get());
    if (result != -NLE_OBJ_NOTFOUND) { // a protocol that this kernel does not have
        check_nl(result, doing);
    }
    return sockets;
}

} // namespace

Ipv6 mapped(Ipv4 address) {
    Ipv6 result;
    std::memcpy(result.bytes.data(), kMappedPrefix, sizeof kMappedPrefix);
    std::memcpy(result.bytes.data() + sizeof kMappedPrefix, &address, sizeof address);
    return result;
}

bool excludes(const HeldSocket& socket, Ipv4 host_ip) {
    const bool every_address = host_ip.is_unspecified();
    if (socket.address == Ipv6{}) {
        return every_address || !socket.only_ipv6;
    }
    if (std::memcmp(socket.address.bytes.data(), kMappedPrefix, sizeof kMappedPrefix) != 0) {
        return every_address && socket.address == kLoopback6;
    }
    return every_address || socket.address == mapped(Ipv4{}) || socket.address == mapped(host_ip);
}

std::optional<std::uint16_t> held_port(const Publish& publish, const std::function<bool(const HeldSocket&)>& ours) {
    std::optional<std::uint16_t> first;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        for (const auto& socket : sockets_of(family, publish)) {
            const bool in_range = publish.host_ports.first <= socket.port && socket.port <= publish.host_ports.last;
            if (in_range && excludes(socket, publish.host_ip) && !ours(socket)) {
                first = std::min(first.value_or(socket.port), socket.port);
            }
        }
    }
    return first;
}

} // namespace pontoon
