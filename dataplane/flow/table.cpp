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
    const HalfId half = find_in(bucket, tag_of(hash), key);
    return half == kNoFlow && bucket.spilled != 0 ? find_in(second_of(hash), tag_of(hash), key) : half;
}

bool FlowTable::enter(HalfId half, std::uint64_t hash) {
    for (Bucket* bucket : {&bucket_of(hash), &second_of(hash)}) {
        auto* const end = std::end(bucket->tags);
        auto* const way = std::find(std::begin(bucket->tags), end, 0);
        if (way != end) {
            *way = tag_of(hash);
            bucket->halves[way - std::begin(bucket->tags)] = half;
            bucket_of(hash).spilled =
                static_cast<std::uint16_t>(bucket_of(hash).spilled + (bucket == &bucket_of(hash) ? 0 : 1));
            return true;
        }
    }
    return false;
}

void FlowTable::remove(HalfId half) {
    const std::uint64_t hash = hash_of(halves_[half].key);
    for (Bucket* bucket : {&bucket_of(hash), &second_of(hash)}) {
        for (unsigned way = 0; way < kWays; ++way) {
            if (bucket->tags[way] != 0 && bucket->halves[way] == half) {
                bucket->tags[way] = 0;
                bucket_of(hash).spilled =
                    static_cast<std::uint16_t>(bucket_of(hash).spilled - (bucket == &bucket_of(hash) ? 0 : 1));
                return;
            }
        }
    }
}

FlowId FlowTable::insert(const FlowKey& key, const FlowKey& reply) {
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
    if (!enter(2 * flow, hash_of(key))) {
        return kNoFlow;
    }
    if (!enter(2 * flow + 1, hash_of(reply))) {
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
