// A packet as the stages see it: one cache line over an rte_mbuf, filled by `parse` once and read by everybody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "dataplane/packet/verdict.hpp"
#include "dataplane/wire/checksum.hpp"
#include "dataplane/wire/headers.hpp"

struct rte_mbuf;

namespace pontoon {

// A port's number in this engine; 0 is no port. Numbers of living ports never change.
using PortId = std::uint16_t;
inline constexpr PortId kNoPort = 0;

// How a worker passes a packet on: `unusual` is the way that knows all, the others those of nearly all packets.
enum class Lane : std::uint8_t { unusual, bridged, routed };

struct alignas(64) Packet {
    rte_mbuf* mbuf = nullptr;
    std::uint8_t* data = nullptr; // the frame's first byte
    std::uint32_t length = 0;     // the frame's bytes, all buffers of a chain together
    std::uint16_t first = 0;      // how many of them stand at `data`, before the chain goes on
    std::uint16_t segment = 0;    // bytes of the longest IP packet it is still to be cut into; 0 if it leaves whole
    std::uint16_t l3 = 0;         // offset of what follows the Ethernet and VLAN headers
    std::uint16_t l4 = 0;         // offset of the transport header; 0 where there is none to read
    std::uint16_t type = 0;       // EtherType behind the tags, host byte order
    std::uint16_t quote = 0;      // offset of the IP header inside an ICMP error; 0 where there is none

    Reason fault = Reason::none; // what lie the headers tell
    bool tagged = false;         // in a VLAN other than 0
    bool fragment = false;       // a piece of an IP packet
    bool later_piece = false;    // and not its first, so without a transport header
    bool csum_partial = false;   // the transport checksum holds only the pseudo-header's sum
    bool csum_trusted = false;   // the port vouches for the checksums
    std::uint8_t protocol = 0;   // transport protocol behind all extension headers
    Lane lane = Lane::unusual;
    std::uint32_t ip_length = 0; // bytes of the IP packet, from `l3`; what follows is padding

    // Made when what they will meet was prefetched.
    std::uint32_t half = 0; // of a routed packet: where its flow may be (flow/table.hpp)
    std::uint64_t destination_key =
        0; // FDB keys of the two MACs; of a routed packet the hash of its flow's key instead
    std::uint64_t source_key = 0;

    [[nodiscard]] Mac destination_mac() const { return load<Mac>(data); }
    [[nodiscard]] Mac source_mac() const { return load<Mac>(data + sizeof(Mac)); }
    // The two MACs, each in the low 48 bits with something else above; the Ethernet header is there.
    [[nodiscard]] std::uint64_t destination_word() const { return load<std::uint64_t>(data); }
    [[nodiscard]] std::uint64_t source_word() const { return load<std::uint64_t>(data + sizeof(Mac)); }
    [[nodiscard]] bool is_arp() const { return type == ether_type::kArp; }
    [[nodiscard]] bool is_ipv4() const { return type == ether_type::kIpv4; }
    [[nodiscard]] bool is_ipv6() const { return type == ether_type::kIpv6; }
    [[nodiscard]] bool is_ip() const { return is_ipv4() || is_ipv6(); }

    // Bytes of the transport header, where there is one, and its data.
    [[nodiscard]] std::uint32_t l4_length() const { return ip_length - (l4 - l3); }

    // Whether a link takes what it leaves as, whole or cut.
    [[nodiscard]] bool fits(std::uint32_t mtu) const { return ip_length <= mtu || (segment != 0 && segment <= mtu); }

    // True if `bytes` bytes at `offset` stand in the first buffer, where `data + offset` reaches them.
    [[nodiscard]] bool has(std::size_t offset, std::size_t bytes) const { return offset + bytes <= first; }

    template <typename Header>
    [[nodiscard]] const Header& header(std::size_t offset) const {
        return view<Header>(data + offset);
    }
};
static_assert(sizeof(Packet) == 64);

// The offsets and type of an untagged IPv4 packet without options, as they stand in a Packet: l3, l4, type, quote.
inline constexpr std::size_t kCommonL3 = sizeof(EthernetHeader);
inline constexpr std::size_t kCommonL4 = kCommonL3 + sizeof(Ipv4Header);
inline constexpr std::uint64_t kCommonShape =
    kCommonL3 | std::uint64_t{kCommonL4} << 16 | std::uint64_t{ether_type::kIpv4} << 32;
static_assert(offsetof(Packet, quote) == offsetof(Packet, l3) + 6);
static_assert(offsetof(Packet, later_piece) == offsetof(Packet, fault) + 3);

// Adds `count` bytes from `offset` on to a checksum, across the buffers of a chain.
[[nodiscard]] Sum sum_long_range(const Packet& packet, std::size_t offset, std::size_t count, Sum sum);
[[nodiscard, gnu::always_inline]] inline Sum sum_range(const Packet& packet, std::size_t offset, std::size_t count,
                                                       Sum sum) {
    const bool brief = count <= 128 && packet.has(offset, count);
    return brief ? sum_short(packet.data + offset, count, sum) : sum_long_range(packet, offset, count, sum);
}

// The CRC32c of a packet's last `count` bytes from `offset` on, with the 4 bytes at `field` taken as zero.
[[nodiscard]] std::uint32_t crc32c_range(const Packet& packet, std::size_t offset, std::size_t count,
                                         std::size_t field);

// What one receive call brought: packets of one port.
struct Burst {
    static constexpr std::size_t kMax = 64;

    std::array<Packet, kMax> packets;
    std::size_t count = 0;
    std::uint16_t zone = 0; // where it came in (flow/key.hpp)

    [[nodiscard]] Packet* begin() { return packets.data(); }
    [[nodiscard]] Packet* end() { return packets.data() + count; }
};

} // namespace pontoon
