// The interface that is shared, and the TAP device beside it that what is ours goes through.
// All is of the calling thread's namespace. Errors are std::runtime_error without the interface's name.
#pragma once

#include <cstdint>
#include <string>

#include "control/unique_fd.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

struct Nic {
    int index = 0;
    Mac mac;
    std::uint32_t mtu = 0;
};

// Throws if there is none of this name, or it is not Ethernet.
[[nodiscard]] Nic nic_of(const std::string& name);

// A TAP device "pontoonN" that vanishes with its descriptor, up, mute: no address, no ARP, no IPv6. Its descriptor is
// as TapSpec wants it.
class BesideTap {
public:
    explicit BesideTap(std::uint32_t mtu);
    BesideTap(const BesideTap&) = delete;
    BesideTap& operator=(const BesideTap&) = delete;
    ~BesideTap(); // removes the device, also where somebody else has the descriptor

    void set_mtu(std::uint32_t mtu);
    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] UniqueFd take() { return std::move(fd_); }

private:
    UniqueFd fd_;
    std::string name_;
    int index_ = 0;
};

} // namespace pontoon
