#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "dataplane/port/xsk.hpp"

namespace pontoon {

namespace {

constexpr unsigned kUseSg = 1 << 4;      // XDP_USE_SG, Linux 6.6; Debian 12's headers are older
constexpr unsigned kLinkHeader = 14 + 4; // with a VLAN tag

[[noreturn]] void refuse(const std::string& what, int error) {
    throw std::runtime_error("cannot " + what + ": " + std::strerror(error));
}

// The calling thread in another network namespace, until the end of this.
class Inside {
public:
    explicit Inside(int netns) {
        if (netns < 0) {
            return;
        }
        home_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        if (home_ < 0 || ::setns(netns, CLONE_NEWNET) != 0) {
            const int error = errno;
            ::close(home_);
            refuse("enter its network namespace", error);
        }
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() {
        if (home_ >= 0) {
            ::setns(home_, CLONE_NEWNET);
            ::close(home_);
        }
    }

private:
    int home_ = -1;
};

unsigned mtu_of(const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int error = ::ioctl(any, SIOCGIFMTU, &request) == 0 ? 0 : errno;
    ::close(any);
    if (error != 0) {
        refuse("read its MTU", error);
    }
    return static_cast<unsigned>(request.ifr_mtu);
}

} // namespace

XskPort::XskPort(const XskSpec& spec, Pool& pool)
    : pool_(pool), queue_(spec.queue), patience_(rte_get_tsc_hz() / 50'000) { // 20 us
    try {
        const Inside inside(spec.netns);
        open(spec);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(spec.interface + ": " + error.what());
    }
    refill();
}

XskPort::~XskPort() {
    rte_pktmbuf_free(begun_);
}

void XskPort::open(const XskSpec& spec) {
    const unsigned interface = ::if_nametoindex(spec.interface.c_str());
    if (interface == 0) {
        refuse("find the interface", errno);
    }
    choose_pieces(spec.interface);
    if (spec.own_program) {
        program_.emplace(interface);
    }
    const int error = bind(spec.interface);
    if (error == -EINVAL && most_pieces_ != 1) {
        refuse("carry an MTU above " + std::to_string(Pool::kBufferBytes - kLinkHeader) + " before Linux 6.6", EINVAL);
    }
    if (error != 0) {
        refuse("open an AF_XDP socket on queue " + std::to_string(queue_), -error);
    }
    const int bytes = 16 << 20; // or the kernel stops sending at 200 KB and does not go on by itself
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
    enter(spec.own_program ? program_->xsks_map() : spec.xsks_map);
}

// Frames in several pieces only where the MTU asks for it: drivers may have zero-copy only without.
void XskPort::choose_pieces(const std::string& interface) {
    const unsigned mtu = mtu_of(interface);
    static_assert(XskSpec::kMostMtu == kMostPieces * Pool::kBufferBytes - kLinkHeader);
    if (mtu > XskSpec::kMostMtu) {
        throw std::runtime_error("its MTU " + std::to_string(mtu) + " is not supported by AF_XDP, which carries " +
                                 std::to_string(XskSpec::kMostMtu));
    }
    most_pieces_ = mtu + kLinkHeader > Pool::kBufferBytes ? kMostPieces : 1;
}

int XskPort::bind(const std::string& interface) {
    umem_ = std::make_unique<Umem>(pool_);
    xsk_socket_config config{};
    config.rx_size = kRing;
    config.tx_size = kRing;
    config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
    config.bind_flags = static_cast<std::uint16_t>(XDP_USE_NEED_WAKEUP | (most_pieces_ > 1 ? kUseSg : 0));
    xsk_socket* socket = nullptr;
    const int error = xsk_socket__create(&socket, interface.c_str(), queue_, umem_->get(), &rx_, &tx_, &config);
    socket_.reset(socket);
    fd_ = error == 0 ? xsk_socket__fd(socket) : -1;
    return error;
}

void XskPort::enter(int xsks_map) {
    if (bpf_map_update_elem(xsks_map, &queue_, &fd_, BPF_ANY) != 0) {
        refuse("enter the AF_XDP socket in its map", errno);
    }
}

} // namespace pontoon
