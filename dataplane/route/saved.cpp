#include "dataplane/route/saved.hpp"

#include "dataplane/route/way.hpp"

namespace pontoon {

namespace {

constexpr std::uint8_t kMostScale = 14; // RFC 7323 section 2.3

bool is_sound_tcp(const TcpTrack& track) {
    const auto state = static_cast<unsigned>(track.state);
    return state != 0 && state < kTcpStates && track.scale[0] <= kMostScale && track.scale[1] <= kMostScale &&
           track.last_direction <= 1 && static_cast<unsigned>(track.last_kind) < kTcpKinds;
}

bool is_sound_sctp(const SctpTrack& track) {
    return track.state != SctpState::none && track.state <= SctpState::closing;
}

// What a translation leaves as it was.
bool is_sound_translation(const SavedFlow& flow) {
    const FlowKey& key = flow.key;
    const FlowKey& answers = flow.answers;
    switch (flow.kind) {
    case Flow::Kind::plain: return answers.zone == kUplinkZone && reversed(answers, key.zone) == key;
    case Flow::Kind::masquerade:
        return answers.zone == kUplinkZone && answers.source == key.destination &&
               answers.source_port == key.destination_port;
    case Flow::Kind::publish: return key.zone == kUplinkZone && answers.zone != kUplinkZone;
    case Flow::Kind::hairpin: return key.zone != kUplinkZone && answers.zone != kUplinkZone;
    case Flow::Kind::free: break;
    }
    return false;
}

} // namespace

bool is_sound(const SavedFlow& flow) {
    const FlowKey& key = flow.key;
    if (key.protocol != flow.answers.protocol || key.unused != 0 || flow.answers.unused != 0 || key == flow.answers ||
        !is_sound_translation(flow) || (is_outward(flow.kind) && key.zone == kUplinkZone)) {
        return false;
    }
    switch (key.protocol) {
    case protocol::kTcp: return is_sound_tcp(flow.track.tcp);
    case protocol::kSctp: return is_sound_sctp(flow.track.sctp);
    default: return true;
    }
}

} // namespace pontoon
