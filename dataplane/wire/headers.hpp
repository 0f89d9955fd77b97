// Header layouts as they lie on the wire. All fields are bytes or big-endian, all structs have alignment 1, and they
// may alias the bytes of a frame, so that `view` can look at them where they are.
#pragma once

#include <cstdint>
#include <cstring>

#include "dataplane/wire/address.hpp"
#include "dataplane/wire/byte_order.hpp"

namespace pontoon {

// Reads a T from any address. Compiles to plain moves.
template <typename T>
[[nodiscard]] inline T load(const std::uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

// A header where it stands; valid as long as the frame.
template <typename Header>
[[nodiscard]] inline const Header& view(const std::uint8_t* at) {
    static_assert(alignof(Header) == 1);
    return *reinterpret_cast<const Header*>(at);
}

// The same to be changed.
template <typename Header>
[[nodiscard]] inline Header& edit(std::uint8_t* at) {
    static_assert(alignof(Header) == 1);
    return *reinterpret_cast<Header*>(at);
}

template <typename T>
inline void store(std::uint8_t* at, const T& value) {
    std::memcpy(at, &value, sizeof value);
}

// IEEE 802.3, Ethernet II. `type` below 0x0600 is a length (LLC).
struct [[gnu::may_alias]] EthernetHeader {
    Mac destination;
    Mac source;
    be16 type;
};
static_assert(sizeof(EthernetHeader) == 14);

// IEEE 802.1Q, what follows a TPID: priority and VLAN id, then the next EtherType.
struct [[gnu::may_alias]] VlanTag {
    be16 control;
    be16 type;

    [[nodiscard]] std::uint16_t id() const { return control.host() & 0x0fff; }
};
static_assert(sizeof(VlanTag) == 4);

namespace ether_type {
inline constexpr std::uint16_t kIpv4 = 0x0800;
inline constexpr std::uint16_t kArp = 0x0806;
inline constexpr std::uint16_t kVlan = 0x8100;
inline constexpr std::uint16_t kIpv6 = 0x86dd;
inline constexpr std::uint16_t kQinQ = 0x88a8;
} // namespace ether_type

// RFC 826 for Ethernet and IPv4.
struct [[gnu::may_alias]] ArpPacket {
    be16 hardware_type;
    be16 protocol_type;
    std::uint8_t hardware_length;
    std::uint8_t protocol_length;
    be16 operation;
    Mac sender_mac;
    Ipv4 sender_ip;
    Mac target_mac;
    Ipv4 target_ip;

    static constexpr std::uint16_t kRequest = 1;
    static constexpr std::uint16_t kReply = 2;
};
static_assert(sizeof(ArpPacket) == 28);

// RFC 791.
struct [[gnu::may_alias]] Ipv4Header {
    std::uint8_t version_and_length; // version in the high four bits, header length in 32-bit words in the low four
    std::uint8_t tos;
    be16 total_length;
    be16 id;
    be16 fragment; // flags in the high three bits, offset in 8-byte units
    std::uint8_t ttl;
    std::uint8_t protocol;
    be16 checksum;
    Ipv4 source;
    Ipv4 destination;

    static constexpr std::uint16_t kDontFragment = 0x4000;
    static constexpr std::uint16_t kMoreFragments = 0x2000;
    static constexpr std::uint16_t kOffsetMask = 0x1fff;

    [[nodiscard]] unsigned version() const { return version_and_length >> 4; }
    [[nodiscard]] unsigned header_length() const { return (version_and_length & 15U) * 4; }
    [[nodiscard]] unsigned fragment_offset() const { return (fragment.host() & kOffsetMask) * 8U; }
    [[nodiscard]] bool is_fragment() const { return (fragment.host() & (kMoreFragments | kOffsetMask)) != 0; }
    [[nodiscard]] bool must_not_fragment() const { return (fragment.host() & kDontFragment) != 0; }
    [[nodiscard]] bool more_fragments() const { return (fragment.host() & kMoreFragments) != 0; }
};
static_assert(sizeof(Ipv4Header) == 20);

// RFC 8200.
struct [[gnu::may_alias]] Ipv6Header {
    be32 version_class_flow;
    be16 payload_length;
    std::uint8_t next_header;
    std::uint8_t hop_limit;
    Ipv6 source;
    Ipv6 destination;

    [[nodiscard]] unsigned version() const { return version_class_flow.host() >> 28; }
};
static_assert(sizeof(Ipv6Header) == 40);

// RFC 8200 section 4.5.
struct [[gnu::may_alias]] Ipv6FragmentHeader {
    std::uint8_t next_header;
    std::uint8_t reserved;
    be16 offset_and_more; // offset in the high 13 bits (in bytes once masked), M in the lowest
    be32 id;

    [[nodiscard]] unsigned offset() const { return offset_and_more.host() & 0xfff8U; }
    [[nodiscard]] bool more() const { return (offset_and_more.host() & 1U) != 0; }
};
static_assert(sizeof(Ipv6FragmentHeader) == 8);

// RFC 9293.
struct [[gnu::may_alias]] TcpHeader {
    be16 source;
    be16 destination;
    be32 sequence;
    be32 acknowledgment;
    std::uint8_t data_offset; // in 32-bit words, in the high four bits
    std::uint8_t flags;
    be16 window;
    be16 checksum;
    be16 urgent;

    [[nodiscard]] unsigned header_length() const { return (data_offset >> 4) * 4U; }
};
static_assert(sizeof(TcpHeader) == 20);

// RFC 768.
struct [[gnu::may_alias]] UdpHeader {
    be16 source;
    be16 destination;
    be16 length;
    be16 checksum;
};
static_assert(sizeof(UdpHeader) == 8);

// RFC 9260 section 3.1. The CRC32c is stored least significant byte first.
struct [[gnu::may_alias]] SctpHeader {
    be16 source;
    be16 destination;
    be32 verification_tag;
    std::uint8_t checksum[4];
};
static_assert(sizeof(SctpHeader) == 12);

// RFC 792 and RFC 4443: both start alike.
struct [[gnu::may_alias]] IcmpHeader {
    std::uint8_t type;
    std::uint8_t code;
    be16 checksum;
    be16 id;
    be16 sequence;
};
static_assert(sizeof(IcmpHeader) == 8);

namespace icmp {
inline constexpr std::uint8_t kEchoReply = 0;
inline constexpr std::uint8_t kUnreachable = 3;
inline constexpr std::uint8_t kSourceQuench = 4;
inline constexpr std::uint8_t kRedirect = 5;
inline constexpr std::uint8_t kEchoRequest = 8;
inline constexpr std::uint8_t kTimeExceeded = 11;
inline constexpr std::uint8_t kParameterProblem = 12;
inline constexpr std::uint8_t kTimestampRequest = 13;
inline constexpr std::uint8_t kTimestampReply = 14;

inline constexpr std::uint8_t kHostUnreachable = 1; // codes of kUnreachable
inline constexpr std::uint8_t kFragmentationNeeded = 4;

// The types that quote the packet they are about.
[[nodiscard]] constexpr bool is_error(std::uint8_t type) {
    return type == kUnreachable || type == kSourceQuench || type == kRedirect || type == kTimeExceeded ||
           type == kParameterProblem;
}
} // namespace icmp

namespace icmp6 {
inline constexpr std::uint8_t kEchoRequest = 128;
inline constexpr std::uint8_t kEchoReply = 129;
inline constexpr std::uint8_t kNeighborSolicitation = 135;
inline constexpr std::uint8_t kNeighborAdvertisement = 136;

// Types below 128 are errors (RFC 4443 section 2.1); 1 to 4 are the ones defined, and these quote a packet.
[[nodiscard]] constexpr bool is_error(std::uint8_t type) {
    return type >= 1 && type <= 4;
}
} // namespace icmp6

namespace protocol {
inline constexpr std::uint8_t kHopByHop = 0;
inline constexpr std::uint8_t kIcmp = 1;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kRouting = 43;
inline constexpr std::uint8_t kFragment = 44;
inline constexpr std::uint8_t kAuthentication = 51;
inline constexpr std::uint8_t kIcmp6 = 58;
inline constexpr std::uint8_t kNoNext = 59;
inline constexpr std::uint8_t kDestinationOptions = 60;
inline constexpr std::uint8_t kSctp = 132;
} // namespace protocol

} // namespace pontoon
