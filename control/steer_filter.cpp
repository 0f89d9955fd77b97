#include "control/steer_filter.hpp"

#include <bpf/libbpf.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/route/classifier.h>
#include <netlink/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

// First of all: a filter that accepts everything would hide what is ours.
constexpr std::uint32_t kPriority = 1;
constexpr std::uint32_t kInOurQdisc = 0x706f6e01; // "pon"
constexpr std::uint32_t kInOthersQdisc = 0x706f6e02;

bpf_tc_hook ingress_of(int interface) {
    bpf_tc_hook hook{};
    hook.sz = sizeof hook;
    hook.ifindex = interface;
    hook.attach_point = BPF_TC_INGRESS;
    return hook;
}

bpf_tc_opts options_for(std::uint32_t handle) {
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.handle = handle;
    options.priority = kPriority;
    return options;
}

bool is_there(int interface, std::uint32_t handle) {
    const auto hook = ingress_of(interface);
    auto options = options_for(handle);
    return bpf_tc_query(&hook, &options) == 0;
}

bool has_filters(nl_sock* socket, int interface, std::uint32_t minor) {
    nl_cache* cache = nullptr;
    if (rtnl_cls_alloc_cache(socket, interface, TC_H_MAKE(TC_H_CLSACT, minor), &cache) != 0) {
        return true; // nobody knows
    }
    const bool some = nl_cache_nitems(cache) != 0;
    nl_cache_free(cache);
    return some;
}

bool has_filters(int interface) {
    const std::unique_ptr<nl_sock, decltype(&nl_socket_free)> socket(nl_socket_alloc(), nl_socket_free);
    return !socket || nl_connect(socket.get(), NETLINK_ROUTE) != 0 ||
           has_filters(socket.get(), interface, TC_H_MIN_INGRESS) ||
           has_filters(socket.get(), interface, TC_H_MIN_EGRESS);
}

} // namespace

IngressFilter::IngressFilter(int interface, int program) : interface_(interface), handle_(kInOurQdisc) {
    auto hook = ingress_of(interface);
    const int made = bpf_tc_hook_create(&hook);
    if (made != 0 && made != -EEXIST) {
        throw std::runtime_error(std::string("cannot add a clsact qdisc: ") + std::strerror(-made));
    }
    if (made == -EEXIST && !is_there(interface, kInOurQdisc)) {
        handle_ = kInOthersQdisc;
    }
    auto options = options_for(handle_);
    options.prog_fd = program;
    options.flags = BPF_TC_F_REPLACE;
    const int attached = bpf_tc_attach(&hook, &options);
    if (attached != 0) {
        if (made == 0) {
            hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
            (void)bpf_tc_hook_destroy(&hook);
        }
        throw std::runtime_error(std::string("cannot attach the eBPF program: ") + std::strerror(-attached));
    }
}

// Where the interface has gone there is nothing left to take away.
IngressFilter::~IngressFilter() {
    if (handle_ == 0) {
        return;
    }
    auto hook = ingress_of(interface_);
    const auto options = options_for(handle_);
    (void)bpf_tc_detach(&hook, &options);
    if (handle_ == kInOurQdisc && !has_filters(interface_)) {
        hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
        (void)bpf_tc_hook_destroy(&hook);
    }
}

} // namespace pontoon
