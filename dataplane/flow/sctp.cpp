#include "dataplane/flow/sctp.hpp"

#include "dataplane/config.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

std::optional<SctpChunk> first_chunk(const std::uint8_t* header, std::uint32_t length) {
    constexpr std::uint32_t kChunkHeader = 4; // type, flags, length
    if (length < sizeof(SctpHeader) + kChunkHeader) {
        return std::nullopt;
    }
    const std::uint8_t* chunk = header + sizeof(SctpHeader);
    const std::uint32_t chunk_length = load<be16>(chunk + 2).host();
    if (chunk_length < kChunkHeader || chunk_length > length - sizeof(SctpHeader)) {
        return std::nullopt;
    }
    return static_cast<SctpChunk>(*chunk);
}

bool sctp_begin(SctpTrack& track, SctpChunk chunk) {
    track = {};
    switch (chunk) {
    case SctpChunk::init:
    case SctpChunk::heartbeat:
    case SctpChunk::cookie_echo: track.state = SctpState::opening; return true;
    case SctpChunk::init_ack: // these are answered with an ABORT or the like (RFC 9260 section 8.4), which has to get
                              // back
    case SctpChunk::heartbeat_ack:
    case SctpChunk::shutdown:
    case SctpChunk::shutdown_ack:
    case SctpChunk::error: track.state = SctpState::closing; return true;
    default: return false;
    }
}

void sctp_track(SctpTrack& track, unsigned direction, SctpChunk chunk) {
    const bool opening = track.state == SctpState::opening;
    switch (chunk) {
    case SctpChunk::init:
        if (track.state == SctpState::closing) {
            track.state = SctpState::opening;
        }
        break;
    case SctpChunk::cookie_ack:
        if (opening && direction == 1) {
            track.state = SctpState::established;
        }
        break;
    case SctpChunk::heartbeat_ack:
        if (!opening || direction == 1) {
            track.state = SctpState::established;
        }
        break;
    case SctpChunk::abort:
    case SctpChunk::shutdown:
    case SctpChunk::shutdown_ack:
    case SctpChunk::shutdown_complete: track.state = SctpState::closing; break;
    default: break;
    }
}

std::uint32_t timeout_of(const SctpTrack& track, const Conntrack& conntrack) {
    return track.state == SctpState::established ? conntrack.sctp_timeout_established : conntrack.sctp_timeout;
}

} // namespace pontoon
