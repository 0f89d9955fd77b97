#include "control/steer.hpp"

#include <bpf/libbpf.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <steer.skel.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "control/reserved_ports.hpp"
#include "control/steer_device.hpp"
#include "control/steer_filter.hpp"
#include "control/steer_maps.hpp"
#include "control/steer_ports.hpp"
#include "control/steer_xdp.hpp"

namespace pontoon {

namespace {

// A name that only one process of a network namespace has at a time, and no killed one.
UniqueFd claim(const std::string& interface) {
    const std::string name = "pontoon/uplink/" + interface;
    sockaddr_un address{};
    if (name.size() >= sizeof address.sun_path) {
        throw std::runtime_error("there is no such interface");
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size()); // behind a zero: abstract, see unix(7)
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
        throw std::runtime_error(errno == EADDRINUSE ? std::string("another pontoond has this uplink")
                                                     : std::string("cannot claim the uplink: ") + std::strerror(errno));
    }
    return socket;
}

UplinkMode choose(UplinkMode wanted, const Nic& nic) {
    const std::string other = wanted == UplinkMode::tap ? std::string() : xdp_program_on(nic.index);
    if (wanted == UplinkMode::xdp && !other.empty()) {
        throw std::runtime_error("the XDP program " + other + " is on it; tap mode can share");
    }
    if (wanted == UplinkMode::automatic) {
        return other.empty() && has_zero_copy(nic.index) ? UplinkMode::xdp : UplinkMode::tap;
    }
    return wanted;
}

struct Destroy {
    void operator()(steer_bpf* programs) const { steer_bpf::destroy(programs); }
};
using Programs = std::unique_ptr<steer_bpf, Destroy>;

Programs load(int nic, int tap) { // tap 0: xdp mode
    libbpf_set_print(nullptr);    // what it has to say comes as errors
    Programs programs(steer_bpf::open());
    if (!programs) {
        throw std::runtime_error(std::string("cannot open the eBPF programs: ") + std::strerror(errno));
    }
    programs->rodata->nic_ifindex = static_cast<std::uint32_t>(nic);
    programs->rodata->tap_ifindex = static_cast<std::uint32_t>(tap);
    bpf_program__set_autoload(programs->progs.steer_nic, tap != 0);
    bpf_program__set_autoload(programs->progs.steer_tap, tap != 0);
    bpf_program__set_autoload(programs->progs.steer_xdp, tap == 0);
    const int loaded = steer_bpf::load(programs.get());
    if (loaded != 0) {
        throw std::runtime_error(std::string("the kernel does not take the eBPF programs: ") + std::strerror(-loaded));
    }
    return programs;
}

// Calls `work`; errors get the interface's name.
template <typename Work>
auto about(const std::string& interface, Work&& work) {
    try {
        return work();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(interface + ": " + error.what());
    }
}

} // namespace

// In the order they are made; they go in the reverse.
struct Steer::Parts {
    Parts(std::string name, UplinkMode wanted)
        : interface(std::move(name)), claimed(claim(interface)), nic(nic_of(interface)), mode(choose(wanted, nic)) {
        if (mode == UplinkMode::tap) {
            tap.emplace(nic.mtu);
        }
        programs = load(nic.index, tap ? tap->index() : 0);
        maps.emplace(bpf_map__fd(programs->maps.addresses), bpf_map__fd(programs->maps.ports),
                     bpf_map__fd(programs->maps.subnets));
        if (tap) {
            from_tap.emplace(tap->index(), bpf_program__fd(programs->progs.steer_tap));
        }
    }

    void follow_nic() {
        nic = nic_of(interface);
        programs->bss->own_mac = nic.mac.bits();
        if (tap) {
            tap->set_mtu(nic.mtu);
        }
    }

    // Not before the maps are filled: what a killed daemon left steers as it did until then.
    void attach() {
        if (tap && !from_nic) {
            from_nic.emplace(nic.index, bpf_program__fd(programs->progs.steer_nic));
        }
        if (!tap && !xdp) {
            xdp = attach_xdp(nic.index, bpf_program__fd(programs->progs.steer_xdp));
        }
    }

    std::string interface;
    UniqueFd claimed;
    Nic nic;
    UplinkMode mode;
    std::optional<BesideTap> tap;
    Programs programs;
    std::optional<SteerMaps> maps;
    std::optional<IngressFilter> from_tap;
    std::optional<IngressFilter> from_nic;
    UniqueFd xdp;
    ReservedPorts reserved{ReservedPortsFiles{.note = ports_note_file(interface)}};
};

Steer::Steer(const std::string& interface, UplinkMode mode)
    : parts_(about(interface, [&] { return std::make_unique<Parts>(interface, mode); })) {}

Steer::~Steer() = default;

void Steer::follow(const Config& config) {
    about(parts_->interface, [&] {
        parts_->follow_nic();
        parts_->reserved.follow(config.uplink ? config.uplink->nat_ports : std::vector<PortRange>(),
                                published_ports(config));
        parts_->maps->follow(config);
        parts_->attach();
    });
}

void Steer::leave() {
    parts_->reserved.leave();
    if (parts_->from_nic) {
        parts_->from_nic->leave();
    }
}

UplinkMode Steer::mode() const {
    return parts_->mode;
}

UniqueFd Steer::take_tap() {
    return parts_->tap ? parts_->tap->take() : UniqueFd();
}

int Steer::xsks_map() const {
    return bpf_map__fd(parts_->programs->maps.xsks);
}

} // namespace pontoon
