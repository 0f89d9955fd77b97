#include "control/steer_xdp.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace pontoon {

namespace {

// linux/netdev.h, which Debian 12's headers do not have yet.
constexpr std::uint8_t kDevGet = 1;
constexpr int kDevIfindex = 1;
constexpr int kDevXdpFeatures = 3;
constexpr std::uint64_t kXskZeroCopy = 8;

std::string program_text(std::uint32_t id) {
    std::string name = "unknown";
    const UniqueFd program(bpf_prog_get_fd_by_id(id));
    bpf_prog_info info{};
    std::uint32_t size = sizeof info;
    if (program && bpf_obj_get_info_by_fd(program.get(), &info, &size) == 0) {
        name = info.name;
    }
    return name + " (id " + std::to_string(id) + ")";
}

int read_features(nl_msg* message, void* features) {
    std::array<nlattr*, kDevXdpFeatures + 1> attributes{};
    if (genlmsg_parse(nlmsg_hdr(message), 0, attributes.data(), kDevXdpFeatures, nullptr) == 0 &&
        attributes[kDevXdpFeatures] != nullptr) {
        *static_cast<std::uint64_t*>(features) = nla_get_u64(attributes[kDevXdpFeatures]);
    }
    return NL_OK;
}

} // namespace

std::string xdp_program_on(int interface) {
    bpf_xdp_query_opts found{};
    found.sz = sizeof found;
    if (bpf_xdp_query(interface, 0, &found) != 0) {
        return {};
    }
    for (const auto id : {found.prog_id, found.drv_prog_id, found.skb_prog_id, found.hw_prog_id}) {
        if (id != 0) {
            return program_text(id);
        }
    }
    return {};
}

bool has_zero_copy(int interface) {
    const std::unique_ptr<nl_sock, decltype(&nl_socket_free)> socket(nl_socket_alloc(), nl_socket_free);
    if (!socket || genl_connect(socket.get()) != 0) {
        return false;
    }
    const int family = genl_ctrl_resolve(socket.get(), "netdev");
    const std::unique_ptr<nl_msg, decltype(&nlmsg_free)> message(nlmsg_alloc(), nlmsg_free);
    if (family < 0 || !message ||
        genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0, kDevGet, 1) == nullptr ||
        nla_put_u32(message.get(), kDevIfindex, static_cast<std::uint32_t>(interface)) != 0) {
        return false;
    }
    std::uint64_t features = 0;
    nl_socket_modify_cb(socket.get(), NL_CB_VALID, NL_CB_CUSTOM, read_features, &features);
    return nl_send_auto(socket.get(), message.get()) >= 0 && nl_recvmsgs_default(socket.get()) >= 0 &&
           (features & kXskZeroCopy) != 0;
}

UniqueFd attach_xdp(int interface, int program) {
    bpf_link_create_opts options{};
    options.sz = sizeof options;
    options.flags = XDP_FLAGS_DRV_MODE;
    UniqueFd link(bpf_link_create(program, interface, BPF_XDP, &options));
    if (!link && errno == EOPNOTSUPP) {
        throw std::runtime_error("its driver has no XDP; tap mode needs none");
    }
    if (!link) {
        throw std::runtime_error(std::string("cannot attach the XDP program: ") + std::strerror(errno));
    }
    return link;
}

} // namespace pontoon
