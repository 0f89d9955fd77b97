// News only say what has to be read again: the kernel tells of no route that went with its interface or address, and
// of nothing at all when its queue was full. So the state is always what a listing said.
#include "control/interface_watch.hpp"

#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <algorithm>
#include <stdexcept>

#include "control/interface_state.hpp"
#include "control/netlink.hpp"

namespace pontoon {
namespace {

struct News {
    bool link = false; // and with it all others
    bool addresses = false;
    bool routes = false;
    bool neighbors = false;

    [[nodiscard]] bool any() const { return link || addresses || routes || neighbors; }
};

NlPtr<nl_sock> news_of(const std::string& interface) {
    return interface.empty() ? subscribed({RTNLGRP_IPV4_IFADDR})
                             : subscribed({RTNLGRP_IPV4_IFADDR, RTNLGRP_LINK, RTNLGRP_IPV4_ROUTE, RTNLGRP_NEIGH});
}

} // namespace

struct InterfaceWatch::Parts {
    std::string name;
    NlPtr<nl_sock> socket;
    Netlink requests{};
    News news{};
    InterfaceState state{};
    std::function<bool(const std::string&)> is_ours{};

    [[nodiscard]] bool is_left_out(nlmsghdr* message) const;
    [[nodiscard]] bool is_known(nlmsghdr* message) const;
    [[nodiscard]] bool is_of_another(nlmsghdr* message) const;
    void heard(nlmsghdr* message);
    void listen();
    void refresh();
};

// An address's label begins with its interface's name.
bool InterfaceWatch::Parts::is_left_out(nlmsghdr* message) const {
    const auto* label = nlmsg_find_attr(message, sizeof(ifaddrmsg), IFA_LABEL);
    return is_ours && label != nullptr && is_ours(nla_get_string(label));
}

// One that goes with an interface of ours is no news, and by then nobody knows whose the interface was.
bool InterfaceWatch::Parts::is_known(nlmsghdr* message) const {
    const auto* local = nlmsg_find_attr(message, sizeof(ifaddrmsg), IFA_LOCAL);
    if (local == nullptr) {
        return true;
    }
    const Ipv4 address{be32::from_raw(nla_get_u32(local))};
    return std::ranges::binary_search(state.host_addresses, address);
}

bool InterfaceWatch::Parts::is_of_another(nlmsghdr* message) const {
    const auto* out = nlmsg_find_attr(message, sizeof(rtmsg), RTA_OIF);
    return out != nullptr && nla_get_u32(out) != state.index;
}

void InterfaceWatch::Parts::heard(nlmsghdr* message) {
    const auto index = static_cast<int>(state.index);
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
        const auto* named = nlmsg_find_attr(message, sizeof(ifinfomsg), IFLA_IFNAME);
        const bool ours = static_cast<ifinfomsg*>(nlmsg_data(message))->ifi_index == index;
        news.link |= ours || (named != nullptr && nla_strcmp(named, name.c_str()) == 0);
        break;
    }
    case RTM_NEWADDR: news.addresses |= !is_left_out(message); break;
    case RTM_DELADDR: news.addresses |= is_known(message); break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE: news.routes |= !is_of_another(message); break;
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH: news.neighbors |= static_cast<ndmsg*>(nlmsg_data(message))->ndm_ifindex == index; break;
    default: break;
    }
}

// Everything that has come.
void InterfaceWatch::Parts::listen() {
    for (int result = 0; result != -NLE_AGAIN;) {
        result = nl_recvmsgs_default(socket.get());
        if (result < 0 && result != -NLE_AGAIN) { // some were lost
            news.link = true;
        }
    }
}

void InterfaceWatch::Parts::refresh() {
    if (news.link && !name.empty()) {
        read_link(requests, name, state);
    }
    if (news.link || news.addresses) {
        read_addresses(requests, state, is_ours);
    }
    if (news.link || news.addresses || news.routes) {
        read_routes(requests, state);
    }
    if (news.link || news.neighbors) {
        read_neighbors(requests, state);
    }
    news = {};
}

InterfaceWatch::InterfaceWatch(const std::string& interface)
    : parts_(std::make_unique<Parts>(Parts{.name = interface, .socket = news_of(interface)})) {
    const auto heard = [](nl_msg* message, void* parts) {
        static_cast<Parts*>(parts)->heard(nlmsg_hdr(message));
        return static_cast<int>(NL_OK);
    };
    check_nl(nl_socket_modify_cb(parts_->socket.get(), NL_CB_VALID, NL_CB_CUSTOM, heard, parts_.get()), "listen");
    parts_->news.link = true;
    parts_->refresh();
    if (!interface.empty() && parts_->state.index == 0) {
        throw std::runtime_error(interface + ": there is no such network interface");
    }
}

InterfaceWatch::~InterfaceWatch() = default;

void InterfaceWatch::leave_out(std::function<bool(const std::string&)> is_ours) {
    parts_->is_ours = std::move(is_ours);
    parts_->news.addresses = true;
    parts_->refresh();
}

const InterfaceState& InterfaceWatch::state() const {
    return parts_->state;
}

int InterfaceWatch::fd() const {
    return nl_socket_get_fd(parts_->socket.get());
}

bool InterfaceWatch::read() {
    parts_->listen();
    if (!parts_->news.any()) {
        return false;
    }
    const auto before = parts_->state;
    parts_->refresh();
    return parts_->state != before;
}

} // namespace pontoon
