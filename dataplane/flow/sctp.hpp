// SCTP tracking, simpler than Linux's: the first chunk of each packet tells whether the association opens, lives or
// ends, and that only chooses the timeout. Verification tags are not followed. So an ABORT may be forged: it shortens
// the flow's life, and does not end it; a heartbeat that is answered brings the whole timeout back.
#pragma once

#include <cstdint>
#include <optional>

namespace pontoon {

struct Conntrack;

// RFC 9260 section 3.2; others may come too.
enum class SctpChunk : std::uint8_t {
    data = 0,
    init = 1,
    init_ack = 2,
    sack = 3,
    heartbeat = 4,
    heartbeat_ack = 5,
    abort = 6,
    shutdown = 7,
    shutdown_ack = 8,
    error = 9,
    cookie_echo = 10,
    cookie_ack = 11,
    shutdown_complete = 14
};

// established: the server took the cookie, or answered a heartbeat (a further path of an association).
enum class SctpState : std::uint8_t { none, opening, established, closing };

// All zero: nothing is known.
struct SctpTrack {
    SctpState state;
};
static_assert(sizeof(SctpTrack) <= 8);

// The type of the first chunk of a packet of `length` bytes, of which the first 16 must be readable as far as `length`
// goes. None: there is no chunk, or its length lies.
[[nodiscard]] std::optional<SctpChunk> first_chunk(const std::uint8_t* header, std::uint32_t length);

// The first packet of an unknown association; what `track` held is forgotten. False: refused, nobody can begin so.
[[nodiscard]] bool sctp_begin(SctpTrack& track, SctpChunk chunk);

// A packet of a known association. `direction` is 0 for the direction of the first packet, else 1.
void sctp_track(SctpTrack& track, unsigned direction, SctpChunk chunk);

// How many seconds the flow lives after its last packet.
[[nodiscard]] std::uint32_t timeout_of(const SctpTrack& track, const Conntrack& conntrack);

} // namespace pontoon
