// The kernel's side of a port: an interface, and a raw socket on it that says and hears what frames owe.
#pragma once

#include <optional>
#include <string>

#include "dataplane/port/virtio.hpp"
#include "tests/unit/frames.hpp"

namespace pontoon {

// Runs `command` in a shell; it has to succeed.
void sh(const std::string& command);

// An open TAP device as TapSpec wants it, up.
[[nodiscard]] int open_tap(const std::string& name);

struct Heard {
    VirtioHeader header;
    frames::Bytes frame;
};

// AF_PACKET with PACKET_VNET_HDR: sends as the kernel would, and hears what the port sent.
class RawSocket {
public:
    explicit RawSocket(const std::string& interface);
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    ~RawSocket();

    void send(const frames::Bytes& frame, const VirtioHeader& header = {});
    // The next frame that came, or none after a second.
    [[nodiscard]] std::optional<Heard> next();
    // None if none is there now.
    [[nodiscard]] std::optional<Heard> now();

private:
    int fd_ = -1;
};

} // namespace pontoon
