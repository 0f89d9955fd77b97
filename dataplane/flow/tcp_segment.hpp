// What connection tracking has to know of a TCP segment, in host byte order.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/wire/headers.hpp"

namespace pontoon {

// The flag that counts: RST over SYN over FIN over ACK. `none`: no flag, or a combination that no stack sends.
enum class TcpKind : std::uint8_t { none, syn, syn_ack, fin, ack, reset };
inline constexpr unsigned kTcpKinds = 6;

namespace tcp {

// RFC 9293 section 3.1.
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kReset = 0x04;
inline constexpr std::uint8_t kPush = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
inline constexpr std::uint8_t kUrgent = 0x20;

inline constexpr std::uint8_t kMaxScale = 14; // RFC 7323 section 2.3

// Sequence numbers compare modulo 2^32 (RFC 9293 section 3.4).
[[nodiscard]] constexpr bool is_before(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::int32_t>(a - b) < 0;
}
[[nodiscard]] constexpr bool is_after(std::uint32_t a, std::uint32_t b) {
    return is_before(b, a);
}

// PSH, and ECN's flags, go with everything; URG with all that Linux lets it (nf_conntrack's valid flags).
[[nodiscard]] constexpr TcpKind kind_of(unsigned flags) {
    switch (flags & (kFin | kSyn | kReset | kAck | kUrgent)) {
    case kSyn:
    case kSyn | kUrgent: return TcpKind::syn;
    case kSyn | kAck: return TcpKind::syn_ack;
    case kReset:
    case kReset | kAck: return TcpKind::reset;
    case kFin | kAck:
    case kFin | kAck | kUrgent: return TcpKind::fin;
    case kAck:
    case kAck | kUrgent: return TcpKind::ack;
    default: return TcpKind::none;
    }
}

inline constexpr auto kKinds = [] {
    std::array<TcpKind, 64> kinds{};
    for (unsigned flags = 0; flags < kinds.size(); ++flags) {
        kinds[flags] = kind_of(flags);
    }
    return kinds;
}();

} // namespace tcp

struct TcpSegment {
    std::uint32_t sequence = 0;
    std::uint32_t end = 0; // the sequence number behind it: SYN and FIN count one each
    std::uint32_t acknowledgment = 0;
    std::uint32_t sack = 0;   // the highest right edge of its SACK blocks; `acknowledgment` where none is higher
    std::uint16_t window = 0; // as it stands in the header, unscaled
    TcpKind kind = TcpKind::none;
    bool acknowledges = false; // ACK is set
    bool has_options = false;
    bool scales = false;         // it has the window scale option,
    std::uint8_t scale = 0;      // and this is it, at most tcp::kMaxScale
    bool sack_permitted = false; // it has the SACK-permitted option

    [[nodiscard]] bool is_syn() const { return kind == TcpKind::syn || kind == TcpKind::syn_ack; }
};

namespace tcp {
// Reads window scale, SACK permitted and SACK from the options in [options, end); stops at the first that lies.
void read_options(TcpSegment& segment, const std::uint8_t* options, const std::uint8_t* end);
} // namespace tcp

// The segment that starts at `header` and has `length` bytes, its data included; the header with all of its options
// must be readable as far as `length` goes, and is at least 20 bytes. A header longer than `length` has no data.
[[nodiscard]] inline TcpSegment segment_of(const std::uint8_t* header, std::uint32_t length) {
    constexpr std::uint32_t kOnlyTimestamps = 0x0101080a; // what nearly every segment has (RFC 7323 appendix A)
    const auto& tcp = view<TcpHeader>(header);
    const std::uint32_t header_length = tcp.header_length() < length ? tcp.header_length() : length;

    TcpSegment segment;
    segment.sequence = tcp.sequence.host();
    segment.end = segment.sequence + (length - header_length) + (tcp.flags >> 1 & 1U) + (tcp.flags & 1U);
    segment.acknowledgment = tcp.acknowledgment.host();
    segment.sack = segment.acknowledgment;
    segment.window = tcp.window.host();
    segment.kind = tcp::kKinds[tcp.flags % tcp::kKinds.size()];
    segment.acknowledges = (tcp.flags & tcp::kAck) != 0;
    segment.has_options = header_length > sizeof(TcpHeader);
    if (segment.has_options &&
        !(header_length == 32 && load<be32>(header + sizeof(TcpHeader)).host() == kOnlyTimestamps)) {
        tcp::read_options(segment, header + sizeof(TcpHeader), header + header_length);
    }
    return segment;
}

} // namespace pontoon
