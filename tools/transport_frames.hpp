// Frames of UDP and TCP over IPv4, made whole with right checksums.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dataplane/wire/address.hpp"
#include "tools/frame_list.hpp"

namespace pontoon {

inline constexpr unsigned kFcs = 4; // the last bytes of a frame on the wire, which are never in memory

// Who a frame is from and to; ports in host byte order.
struct Ends {
    Mac source_mac;
    Mac destination_mac;
    Ipv4 source;
    Ipv4 destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;

    // Those of the answer.
    [[nodiscard]] Ends reversed() const {
        return {destination_mac, source_mac, destination, source, destination_port, source_port};
    }
    friend auto operator<=>(const Ends&, const Ends&) = default;
};

struct TcpFields {
    static constexpr std::uint8_t kSyn = 2;
    static constexpr std::uint8_t kAck = 16;

    std::uint8_t flags = kAck;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
};

// `size` is that on the wire, with the FCS: 64 to 1518 bytes. Data fills what the headers leave.
[[nodiscard]] Frame udp_frame(const Ends& ends, unsigned size);
// The same, but what fills 64 bytes is padding, not data: the segment is empty.
[[nodiscard]] Frame tcp_frame(const Ends& ends, const TcpFields& fields, unsigned size);

// None unless `frame` is UDP or TCP over IPv4, unfragmented and untagged. Its checksums are not looked at.
[[nodiscard]] std::optional<Ends> ends_of(std::span<const std::uint8_t> frame);

} // namespace pontoon
