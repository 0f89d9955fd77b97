// Flags of a TCP header's 14th byte (RFC 9293 section 3.1).
#pragma once

#include <cstdint>

namespace pontoon::test {

inline constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kPush = 8, kAck = 16;

} // namespace pontoon::test
