// IPv4 packets as the NAT tests speak of them: five-tuples, translation by the plainest means, fragments, ICMP errors
// that quote, and a comparison that leaves checksums to tests/support/sums.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/wire/address.hpp"
#include "tests/support/bytes.hpp"

namespace pontoon::test {

inline constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kSctp = 132;

// What names a packet's flow. An ICMP echo request has its identifier as source port and 0 as destination port, a reply
// the other way round, so that the reversed tuple of a request is that of its reply.
struct Tuple {
    std::uint8_t protocol = 0;
    Ipv4 source;
    std::uint16_t source_port = 0;
    Ipv4 destination;
    std::uint16_t destination_port = 0;

    [[nodiscard]] Tuple reversed() const { return {protocol, destination, destination_port, source, source_port}; }
    friend bool operator==(const Tuple&, const Tuple&) = default;
};

// A frame without VLAN tag, an IPv4 header without options. `transport` holds its checksum as on the wire.
struct Datagram {
    Mac to, from;
    Ipv4 source, destination;
    std::uint8_t protocol = 0;
    std::uint8_t ttl = 64;
    std::uint16_t id = 0;
    std::uint16_t fragment = 0; // flags and offset as on the wire
    Bytes transport{};

    [[nodiscard]] bool is_echo(std::uint8_t type) const { return protocol == kIcmp && transport.at(0) == type; }
    [[nodiscard]] bool is_error() const; // ICMP destination unreachable, time exceeded, parameter problem
    friend bool operator==(const Datagram&, const Datagram&) = default;
};

inline constexpr std::uint8_t kEchoReply = 0, kEchoRequest = 8;

[[nodiscard]] Tuple tuple_of(const Datagram& datagram);
// Gives it these addresses and ports; the transport checksum stays.
void rewrite(Datagram& datagram, const Tuple& tuple);
// Makes the transport checksum; a UDP one only if `datagram` is to have one.
void seal(Datagram& datagram, bool with_udp_sum = true);

[[nodiscard]] Bytes frame_of(const Datagram& datagram);
[[nodiscard]] std::optional<Datagram> datagram_of(std::span<const std::uint8_t> frame);

// The pieces that begin at `cuts`, ascending multiples of 8, and at 0.
[[nodiscard]] std::vector<Datagram> pieces_of(const Datagram& whole, const std::vector<std::size_t>& cuts);
// The whole again, from pieces in any order; nothing if they do not make one or their headers differ.
[[nodiscard]] std::optional<Datagram> joined(std::vector<Datagram> pieces);

// The transport of an ICMP error that quotes `inner` with the first `keep` bytes of its transport, and back.
[[nodiscard]] Bytes error_about(std::uint8_t type, std::uint8_t code, const Datagram& inner, std::size_t keep);
[[nodiscard]] Datagram quote_of(const Datagram& error);

// What differs between two datagrams, outermost checksums apart, those of a quote not; empty if nothing.
[[nodiscard]] std::string difference(const Datagram& expected, const Datagram& actual);

[[nodiscard]] std::string text_of(const Tuple& tuple);
[[nodiscard]] std::string text_of(const Datagram& datagram);

} // namespace pontoon::test
