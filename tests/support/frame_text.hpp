// A frame in one line, layers separated by ` / `:
//
//   a1 > a2 / ip a1 > a2 ttl 64 / udp 1000 > 53 / "hello"
//   a1 > bcast / vlan 7 prio 3 / arp who-has 172.18.0.9 tell a1 / pad 18
//
// The first layer is Ethernet, or `x:` for the bytes of a whole frame. The last ones may be `pad N` (zeros behind the
// packet, which no length counts), `cut N` (the frame ends after N bytes) and `repeat N` (so many of it).
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/bytes.hpp"
#include "tests/support/names.hpp"

namespace pontoon::test {

// Throws BadText.
[[nodiscard]] std::vector<Bytes> parse_frames(std::string_view text, const Names& names);

} // namespace pontoon::test
