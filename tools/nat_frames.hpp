// The frames that NAT benchmarks send: what begins flows, and what is measured once they are there.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/config.hpp"
#include "tools/transport_frames.hpp"

namespace pontoon {

// A TCP connection as Linux conntrack wants to see it: each side's window takes in whatever the other sends here, and
// a segment sent once more is a retransmission.
namespace conversation {
inline constexpr std::uint32_t kClientStart = 1000;
inline constexpr std::uint32_t kServerStart = 5000;
inline constexpr TcpFields kSyn{TcpFields::kSyn, kClientStart, 0};
inline constexpr TcpFields kSynAck{TcpFields::kSyn | TcpFields::kAck, kServerStart, kClientStart + 1};
inline constexpr TcpFields kClient{TcpFields::kAck, kClientStart + 1, kServerStart + 1};
inline constexpr TcpFields kServer{TcpFields::kAck, kServerStart + 1, kClientStart + 1};
} // namespace conversation

// Bytes on the wire, 7 : 4 : 1, 362 on average.
inline constexpr std::array<unsigned, 12> kImix{64, 64, 64, 64, 64, 64, 64, 594, 594, 594, 594, 1518};

// A frame of 64 bytes for each of `ends`, in their order. `fields` are of no account for UDP.
[[nodiscard]] FrameList frames_in_order(std::span<const Ends> ends, Transport protocol, const TcpFields& fields);

// Frames that take `sizes` in turn, for each of `ends` equally many or one more, and enough that each size has its
// share. Their order is shuffled, so that no prefetcher guesses whose is next.
[[nodiscard]] FrameList shuffled_frames(std::span<const Ends> ends, Transport protocol, const TcpFields& fields,
                                        std::span<const unsigned> sizes, std::uint64_t seed);

} // namespace pontoon
