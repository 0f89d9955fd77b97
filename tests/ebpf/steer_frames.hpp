// Frames for the shared uplink: right ones in one call, wrong ones by saying what is wrong. No checksums: steering does
// not look at them.
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/config.hpp"
#include "dataplane/wire/headers.hpp"
#include "tests/support/bytes.hpp"

namespace pontoon::test {

inline constexpr Mac kNicMac{{0x02, 0, 0, 0, 0, 0x0a}};
inline constexpr Mac kPeerMac{{0x02, 0, 0, 0, 0, 0x01}};

struct IpSpec {
    Ipv4 source;
    Ipv4 destination;
    std::uint8_t protocol = protocol::kTcp;
    std::uint16_t fragment = 0; // flags and offset as on the wire
    std::uint16_t id = 7;
    unsigned version = 4;
    unsigned words = 5; // the header's length; options are zeros
    std::optional<std::uint16_t> total{};
};

[[nodiscard]] Bytes ip(const IpSpec& spec, const Bytes& payload);
[[nodiscard]] Bytes ethernet(const Bytes& payload, unsigned type = ether_type::kIpv4, Mac destination = kNicMac);
// The first 8 bytes of TCP, UDP and SCTP, as much as errors quote.
[[nodiscard]] Bytes ports(unsigned source, unsigned destination);
[[nodiscard]] Bytes icmp(std::uint8_t type, unsigned id, const Bytes& quoted = {});

// What the tests steer: web publishes, db is internal, and app has an address of its own.
[[nodiscard]] Config steered_config();
[[nodiscard]] Ipv4 ipv4(const char* text);

} // namespace pontoon::test
