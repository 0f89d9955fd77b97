#include "dataplane/flow/table.hpp"

#include <algorithm>
#include <random>

namespace pontoon {

FlowTable::FlowTable(std::uint64_t seed, std::uint32_t flows)
    : mask_(std::bit_ceil(std::max<std::uint64_t>(16, std::uint64_t{2} * flows / kMeanLoad)) - 1), capacity_(flows),
      buckets_(mask_ + 1), halves_(std::size_t{2} * flows), flows_(flows) {
    std::mt19937_64 random(seed);
    for (auto& word : seeds_) {
        word = random() | 1;
    }
}

HalfId FlowTable::find_in(const Bucket& bucket, std::uint16_t tag, const FlowKey& key) const {
    for (unsigned hits = matches(bucket, tag); hits != 0; hits &= hits - 1, hits &= hits - 1) {
        const HalfId half = bucket.halves[first_of(hits)];
        if (halves_[half].key == key) {
            return half;
        }
    }
    return kNoFlow;
}

HalfId FlowTable::find(const FlowKey& key, std::uint64_t hash) const {
    const Bucket& bucket = bucket_of(hash);
    HalfId half = find_in(bucket, tag_of(hash), key);
    for (unsigned choice = 1; half == kNoFlow && bucket.spilled != 0 && choice < kChoices; ++choice) {
        half = find_in(bucket_of(hash, choice), tag_of(hash), key);
    }
    return half;
}

bool FlowTable::enter_in(Bucket& bucket, HalfId half, std::uint16_t tag) {
    const unsigned free = matches(bucket, 0);
    if (free == 0) {
        return false;
    }
    bucket.tags[first_of(free)] = tag;
    bucket.halves[first_of(free)] = half;
    return true;
}

bool FlowTable::enter(HalfId half, std::uint64_t hash) {
    if (enter_in(bucket_of(hash), half, tag_of(hash))) {
        return true;
    }
    for (unsigned choice = 1; choice < kChoices; ++choice) {
        if (enter_in(bucket_of(hash, choice), half, tag_of(hash))) {
            ++bucket_of(hash).spilled;
            return true;
        }
    }
    return false;
}

bool FlowTable::remove_from(Bucket& bucket, HalfId half) {
    for (unsigned way = 0; way < kWays; ++way) {
        if (bucket.tags[way] != 0 && bucket.halves[way] == half) {
            bucket.tags[way] = 0;
            return true;
        }
    }
    return false;
}

void FlowTable::remove(HalfId half) {
    const std::uint64_t hash = hash_of(halves_[half].key);
    if (remove_from(bucket_of(hash), half)) {
        return;
    }
    for (unsigned choice = 1; choice < kChoices; ++choice) {
        if (remove_from(bucket_of(hash, choice), half)) {
            --bucket_of(hash).spilled;
            return;
        }
    }
}

FlowId FlowTable::insert(const FlowKey& key, std::uint64_t hash, const FlowKey& reply, std::uint64_t reply_hash) {
    const bool reused = free_ != kNoFlow;
    const FlowId flow = reused ? free_ : end_;
    if (flow == capacity_) {
        return kNoFlow;
    }
    const FlowId next = reused ? flows_[flow].next : kNoFlow;
    halves_[2 * flow] = Half{};
    halves_[2 * flow].key = key;
    halves_[2 * flow + 1] = Half{};
    halves_[2 * flow + 1].key = reply;
    if (!enter(2 * flow, hash)) {
        return kNoFlow;
    }
    if (!enter(2 * flow + 1, reply_hash)) {
        remove(2 * flow);
        return kNoFlow;
    }
    flows_[flow] = Flow{};
    (reused ? free_ : end_) = reused ? next : end_ + 1;
    ++size_;
    return flow;
}

void FlowTable::erase(FlowId flow) {
    remove(2 * flow);
    remove(2 * flow + 1);
    halves_[2 * flow] = Half{}; // who still has its number from `candidate` is not to take it for alive
    halves_[2 * flow + 1] = Half{};
    flows_[flow].kind = Flow::Kind::free;
    flows_[flow].next = free_;
    free_ = flow;
    --size_;
}

} // namespace pontoon
