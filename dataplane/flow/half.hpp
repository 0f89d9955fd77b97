// A flow as the packets meet it: two halves, one for each direction, each in a cache line of its own.
#pragma once

#include <cstdint>

#include "dataplane/flow/key.hpp"
#include "dataplane/flow/sctp.hpp"
#include "dataplane/flow/tcp.hpp"
#include "dataplane/packet/time.hpp"

namespace pontoon {

// Time in flows: 2^20 ns (1.05 ms), modulo 2^32 (52 days).
using FlowTick = std::uint32_t;
inline constexpr unsigned kFlowTickShift = 20;
[[nodiscard]] constexpr FlowTick flow_tick_of(Nanoseconds now) {
    return static_cast<FlowTick>(now >> kFlowTickShift);
}
[[nodiscard]] constexpr FlowTick flow_ticks_of_seconds(std::uint32_t seconds) {
    return static_cast<FlowTick>(seconds * std::uint64_t{1'000'000'000} >> kFlowTickShift);
}

// What a translation does to packets: plain data, compiled from a flow once.
struct Rewrite {
    Ipv4 source;
    Ipv4 destination;
    FlowPorts ports;
    std::uint16_t ip_delta = 0;      // of the IPv4 header checksum: addresses and one hop less of TTL
    std::uint16_t address_delta = 0; // of a transport checksum that only holds the pseudo-header
    std::uint16_t l4_delta = 0;      // of a transport checksum: addresses and ports
};

// The ones' complement sums are those of RFC 1624 (~old + new), in the order of the wire.
[[nodiscard]] Rewrite make_rewrite(const FlowKey& key, const FlowKey& translated);

struct alignas(64) Half {
    enum Flags : std::uint8_t {
        kSettled = 1, // UDP: another packet this way changes nothing but `seen`
        kTcp = 2,     // TCP: the flow's track has to see it
    };

    FlowKey key;
    Rewrite rewrite{};
    std::uint16_t adjacency = 0; // where it goes: MACs, port and MTU (neighbors.hpp)
    std::uint32_t epoch = 0;     // of the worker when this was last found lawful
    FlowTick seen = 0;           // when the last packet came this way
    FlowTick timeout = 0;        // the same in both halves; not of TCP and SCTP (Flow::expires)
    std::uint8_t flags = 0;
};
static_assert(sizeof(Half) == 64);

// What concerns both directions.
struct alignas(64) Flow {
    enum class Kind : std::uint8_t {
        free,
        plain,      // routed without a translation
        masquerade, // from a container out
        publish,    // from outside to a published port
        hairpin,    // from a container to a published port
    };

    union Track {
        TcpTrack tcp;
        SctpTrack sctp;
    };

    Track track{};
    Kind kind = Kind::free;
    bool of_endpoint = false; // the container's address is that of an endpoint
    PortId owner = kNoPort;   // the container's port, which it counts against
    union {
        std::uint32_t next = 0; // of the free ones
        FlowTick expires;       // of TCP and SCTP, whose timeout may change with each packet
    };
};
static_assert(sizeof(Flow) == 64);

} // namespace pontoon
