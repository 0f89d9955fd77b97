// The layers a frame's text is made of. Each is a row of one table: its name, the numbers by which the layer before it
// announces it, and the function that puts it before what it carries.
//
// Lengths, types and checksums are what they should be unless the text says otherwise: `len=`, `ihl=`, `doff=`,
// `version=`, `proto=`, and `cksum=`, which is a number, `bad`, or `partial` for a transport checksum that holds only
// the pseudo-header's sum.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.hpp"
#include "tests/support/names.hpp"
#include "tests/support/words.hpp"

namespace pontoon::test {

struct LayerKind;

struct Layer {
    const LayerKind* kind;
    std::string text; // behind the name
};

// A layer among its neighbours.
struct Place {
    std::span<const Layer> layers;
    std::size_t index;
    const Names& names;

    [[nodiscard]] const Layer* next() const { return index + 1 < layers.size() ? &layers[index + 1] : nullptr; }
};

struct LayerKind {
    std::string_view name;
    std::optional<std::uint16_t> ether_type;
    std::optional<std::uint8_t> protocol;
    // `words` are the layer's, `body` what follows it.
    Bytes (*build)(Words& words, const Place& place, Bytes body);
};

[[nodiscard]] std::span<const LayerKind> link_layers();      // eth vlan qinq type llc arp
[[nodiscard]] std::span<const LayerKind> network_layers();   // ip ip6 hbh dest routing frag
[[nodiscard]] std::span<const LayerKind> transport_layers(); // tcp udp sctp
[[nodiscard]] std::span<const LayerKind> icmp_layers();      // icmp icmp6
[[nodiscard]] std::span<const LayerKind> data_layers();      // "text" x: zeros bytes

// The number of the protocol that follows: `proto` of `words`, else the next layer's own.
[[nodiscard]] std::uint8_t next_protocol(Words& words, const Place& place);

// The pseudo-header for a transport layer at `place`: the addresses of the IP layer around it (RFC 8200 section 8.1:
// with a routing header the last address, with a home address that one).
[[nodiscard]] Bytes pseudo_header_at(const Place& place, std::uint8_t protocol, std::size_t length);

// Writes the checksum of `pseudo` and `packet` to `packet[at]`, or what `cksum` of `words` says.
void write_sum(Words& words, std::span<const std::uint8_t> pseudo, Bytes& packet, std::size_t at);

} // namespace pontoon::test
