// What tells one flow's packets from another's: addresses, ports, protocol, and the zone they were seen in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/ports.hpp"
#include "dataplane/wire/address.hpp"
#include "dataplane/wire/byte_order.hpp"

namespace pontoon {

// Where a packet came in: 0 is the uplink, all others are networks. A network keeps its number as long as it lives.
using Zone = std::uint16_t;
inline constexpr Zone kUplinkZone = 0;

// Ports are as on the wire. ICMP queries have their identifier where TCP has the port of the side that asks: a request
// has it as source and 0 as destination port, its reply the other way round. Other protocols have no ports.
struct FlowKey {
    Ipv4 source;
    Ipv4 destination;
    be16 source_port;
    be16 destination_port;
    std::uint8_t protocol = 0;
    std::uint8_t unused = 0;
    Zone zone = kUplinkZone;

    friend bool operator==(const FlowKey& a, const FlowKey& b) { return std::memcmp(&a, &b, sizeof(FlowKey)) == 0; }
};
static_assert(sizeof(FlowKey) == 16);

// The same as two words, so that a key is compared and hashed in registers. The second one is ports, protocol and zone.
struct FlowWords {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    friend bool operator==(const FlowWords&, const FlowWords&) = default;
};

// Of a TCP or UDP packet in `zone`, from its IPv4 and its transport header.
[[nodiscard, gnu::always_inline]] inline FlowWords words_at(const std::uint8_t* l3, const std::uint8_t* l4,
                                                            std::uint8_t protocol, Zone zone) {
    return {load<std::uint64_t>(l3 + offsetof(Ipv4Header, source)),
            load<std::uint32_t>(l4) | std::uint64_t{protocol} << 32 | std::uint64_t{zone} << 48};
}

// The key of what answers such packets, in `zone`.
[[nodiscard]] inline FlowKey reversed(const FlowKey& key, Zone zone) {
    return {key.destination, key.source, key.destination_port, key.source_port, key.protocol, 0, zone};
}

// The ports of a transport header with `protocol` at `l4`, of which 8 bytes can be read; nothing for what has none: an
// ICMP message that is no query, or a protocol without ports.
[[nodiscard]] inline std::optional<FlowPorts> ports_at(const std::uint8_t* l4, std::uint8_t protocol) {
    switch (protocol) {
    case protocol::kTcp:
    case protocol::kUdp:
    case protocol::kSctp: return load<FlowPorts>(l4);
    case protocol::kIcmp: {
        const auto id = load<be16>(l4 + 4);
        switch (l4[0]) {
        case icmp::kEchoRequest:
        case icmp::kTimestampRequest: return FlowPorts{id, be16{}};
        case icmp::kEchoReply:
        case icmp::kTimestampReply: return FlowPorts{be16{}, id};
        default: return std::nullopt;
        }
    }
    default: return std::nullopt;
    }
}

} // namespace pontoon
