// The uplink shared with the host: eBPF programs on the interface take what is ours and leave the rest to the kernel
// (ebpf/steer.bpf.c).
//
// In tap mode a TAP device stands beside the interface: what is ours is redirected into it, what we write to it leaves
// by the interface, and frames of 64 KB stay whole both ways. In xdp mode what is ours goes to an AF_XDP socket.
#pragma once

#include <memory>
#include <string>

#include "control/unique_fd.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

enum class UplinkMode { automatic, xdp, tap };

class Steer {
public:
    // In the calling thread's namespace. Takes over what a daemon that was killed left there. Throws
    // std::runtime_error that names the interface and the reason: it is not there, another daemon has it, the kernel
    // does not take the programs. Then nothing is left behind.
    Steer(const std::string& interface, UplinkMode mode);
    Steer(const Steer&) = delete;
    Steer& operator=(const Steer&) = delete;
    ~Steer(); // takes programs, the TAP device and reserved ports away

    // What is ours from now on: published ports, NAT ports, the networks' subnets. Also enters the ports in
    // net.ipv4.ip_local_reserved_ports, so that the host takes others (control/reserved_ports.hpp). Cheap where little
    // has changed. Throws std::runtime_error.
    void follow(const Config& config);

    // When this goes, reserved ports and, in tap mode, the interface's program stay, as if the process had been killed:
    // what is ours is dropped until another Steer takes over, and the kernel does not end its connections.
    void leave();

    [[nodiscard]] UplinkMode mode() const; // tap or xdp
    [[nodiscard]] UniqueFd take_tap();     // tap mode: the device beside the interface, for a TapSpec
    [[nodiscard]] int xsks_map() const;    // xdp mode: for a NicSpec; stays this object's

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace pontoon
