// Flows that one daemon hands to the next.
#include <algorithm>

#include "dataplane/route/router.hpp"

namespace pontoon {

namespace {

constexpr FlowTick kLongest = FlowTick{1} << 31; // more would be the future

} // namespace

SavedFlow Router::saved(FlowId id) const {
    const Flow& flow = table_.flow(id);
    const Half& forth = table_.half(2 * id);
    const Half& back = table_.half(2 * id + 1);
    SavedFlow saved;
    saved.key = forth.key;
    saved.answers = back.key;
    saved.track = flow.track;
    saved.owner = flow.owner;
    saved.kind = flow.kind;
    saved.answered = (back.flags & Half::kSettled) != 0 ? 1 : 0;
    const bool timed = forth.key.protocol == protocol::kTcp || forth.key.protocol == protocol::kSctp;
    saved.left = timed ? flow.expires - tick_ : 0;
    saved.idle[0] = tick_ - forth.seen;
    saved.idle[1] = tick_ - back.seen;
    return saved;
}

// Whether the port it is translated to is its own, or this worker's to give.
bool Router::may_have_port(const SavedFlow& saved) const {
    const be16 port = saved.answers.destination_port;
    return (port == saved.key.source_port && saved.kind != Flow::Kind::masquerade) ||
           routing().nat_ports.owner_of(port.host()) == options_.worker;
}

FlowId Router::enter(const SavedFlow& saved) {
    const auto hash = table_.hash_of(saved.key);
    const auto reply_hash = table_.hash_of(saved.answers);
    if (table_.find(saved.key, hash) != kNoFlow || table_.find(saved.answers, reply_hash) != kNoFlow ||
        admit(saved.owner) != Reason::none) {
        return kNoFlow;
    }
    const FlowId id = table_.insert(saved.key, hash, saved.answers, reply_hash);
    if (id == kNoFlow) {
        options_.all_flows->fetch_sub(1, std::memory_order_relaxed);
        return kNoFlow;
    }
    ++flows_of_[saved.owner];
    counters_.created.add(1);
    counters_.active.add(1);
    Flow& flow = table_.flow(id);
    flow.kind = saved.kind;
    flow.of_endpoint = true;
    flow.owner = saved.owner;
    flow.track = saved.track;
    return id;
}

bool Router::restore(const SavedFlow& saved) {
    if (!is_sound(saved) || !may_have_port(saved)) {
        return false;
    }
    const FlowId id = enter(saved);
    if (id == kNoFlow) {
        return false;
    }
    begin_timers(id);
    Half& forth = table_.half(id, 0);
    Half& back = table_.half(id, 1);
    const auto& conntrack = routing().conntrack;
    if (forth.key.protocol == protocol::kTcp) {
        set_expiry(id, timeout_of(saved.track.tcp, conntrack));
    } else if (forth.key.protocol == protocol::kSctp) {
        set_expiry(id, timeout_of(saved.track.sctp, conntrack));
    } else if (forth.key.protocol == protocol::kUdp && saved.answered != 0) {
        see_udp(2 * id + 1);
    }
    forth.seen = tick_ - saved.idle[0];
    back.seen = tick_ - saved.idle[1];
    Flow& flow = table_.flow(id);
    flow.expires = tick_ + std::min(flow.expires - tick_, saved.left);
    since_ = adopted_; // nothing else has been here before it
    const bool over = saved.idle[0] > kLongest || saved.idle[1] > kLongest || saved.left > kLongest || is_expired(id);
    if (over || !is_lawful(id) || !compile(id)) {
        erase(id);
        return false;
    }
    return true;
}

} // namespace pontoon
