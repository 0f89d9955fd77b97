// What is kept of a TCP connection; tcp.hpp says what for.
#pragma once

#include <cstdint>
#include <type_traits>

#include "dataplane/flow/tcp_states.hpp"

namespace pontoon {

// One connection, both directions. All zero: nothing is known.
struct TcpTrack {
    struct Side {
        std::uint32_t end;
        std::uint32_t max_end;
        std::uint32_t max_window; // 0: no segment of this side was seen
        std::uint32_t max_acknowledged;
    };

    Side sides[2];

    // The last ACK, or a segment that was ignored since.
    std::uint32_t last_sequence;
    std::uint32_t last_acknowledgment;
    std::uint32_t last_end;
    std::uint16_t last_window;

    TcpState state;
    std::uint8_t flags[2];        // of the two sides: tcp::kScales ...
    std::uint8_t scale[2];        // of the windows that the two sides offer
    std::uint8_t retransmissions; // how often the last ACK came again
    TcpKind last_kind;            // of the last segment, also if it was ignored
    std::uint8_t last_direction;
    std::uint8_t noted;  // tcp::kNotedScale ...
    std::uint8_t status; // tcp::kAnswered ...
};
static_assert(sizeof(TcpTrack) <= 56);
static_assert(std::is_trivially_copyable_v<TcpTrack>);

namespace tcp {

// TcpTrack::flags.
inline constexpr std::uint8_t kScales = 0x01; // sent the window scale option
inline constexpr std::uint8_t kSackPermitted = 0x02;
inline constexpr std::uint8_t kClosedFirst = 0x04;
inline constexpr std::uint8_t kLiberal = 0x08;        // picked up: its scale is not known, so its window is not held
inline constexpr std::uint8_t kUnacknowledged = 0x10; // sent data that was not acknowledged yet
inline constexpr std::uint8_t kAcknowledged = 0x20;   // `max_acknowledged` is known

// TcpTrack::noted, of the last ignored SYN of the client.
inline constexpr std::uint8_t kNotedScale = 0x0f; // four bits
inline constexpr std::uint8_t kNotedScales = 0x10;
inline constexpr std::uint8_t kNotedSackPermitted = 0x20;
inline constexpr std::uint8_t kChallenge = 0x40; // a challenge ACK (RFC 5961) may answer it
// And of all of the connection.
inline constexpr std::uint8_t kSimultaneous = 0x80;

// TcpTrack::status: what became of the connection,
inline constexpr std::uint8_t kAnswered = 0x01; // Linux: SEEN_REPLY
inline constexpr std::uint8_t kAssured = 0x02;  // Linux: ASSURED
inline constexpr std::uint8_t kGone = 0x04;     // Linux would have deleted it
inline constexpr std::uint8_t kHistory = kAnswered | kAssured | kGone;
// and what shortened its timeout when a segment was last accepted. 0x10 is kUnacknowledged.
inline constexpr std::uint8_t kRetransmitted = 0x08;
inline constexpr std::uint8_t kZeroWindow = 0x20;
inline constexpr std::uint8_t kWasReset = 0x40;
inline constexpr std::uint8_t kUnanswered = 0x80;

inline constexpr std::uint8_t kMaxRetransmissions = 3; // net.netfilter.nf_conntrack_tcp_max_retrans

} // namespace tcp

} // namespace pontoon
