// The flow table of one worker: nobody else touches it.
//
// A half is found by its key through a bucket: one cache line of ten 16-bit tags and as many indices, and behind it the
// half itself, which holds the whole key. A key has four buckets; the others are looked at only if the first has had no
// room for a key that stands in them now. Both lines can be fetched ahead for a burst. Nothing is ever moved, and
// nothing gives way: a full table refuses.
//
// Memory is mapped for all flows and costs nothing before it is touched.
#pragma once

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>

#include "dataplane/flow/half.hpp"
#include "dataplane/flow/mapped.hpp"

namespace pontoon {

using FlowId = std::uint32_t;
using HalfId = std::uint32_t; // 2 * FlowId, + 1 for the direction of the answers
inline constexpr FlowId kNoFlow = 0xffff'ffff;

class FlowTable {
public:
    // Room for `flows`, at least one. The seed keeps others from knowing which keys meet in a bucket.
    FlowTable(std::uint64_t seed, std::uint32_t flows);

    [[nodiscard]] std::uint64_t hash_of(const FlowWords& key) const {
        return mix(mix(key.first ^ seeds_[0], key.second ^ seeds_[1]), seeds_[2]);
    }
    [[nodiscard]] std::uint64_t hash_of(const FlowKey& key) const { return hash_of(std::bit_cast<FlowWords>(key)); }

    void prefetch_bucket(std::uint64_t hash) const { __builtin_prefetch(&bucket_of(hash)); }
    // The half that a key of this hash most likely has, or kNoFlow; nothing but its bucket was looked at.
    [[nodiscard]] HalfId candidate(std::uint64_t hash) const {
        const Bucket& bucket = bucket_of(hash);
        const unsigned hits = matches(bucket, tag_of(hash));
        return hits != 0 ? bucket.halves[first_of(hits)] : kNoFlow;
    }
    void prefetch(HalfId half) const { __builtin_prefetch(&halves_[half]); }
    void prefetch_flow(HalfId half) const { __builtin_prefetch(&flows_[half / 2]); }

    // The half with this key, or kNoFlow.
    [[nodiscard]] HalfId find(const FlowKey& key, std::uint64_t hash) const;

    // Enters a flow with these two keys, both of which are not in the table. Its halves have their keys set and all
    // else zero. kNoFlow if there is no room.
    [[nodiscard]] FlowId insert(const FlowKey& key, std::uint64_t hash, const FlowKey& reply, std::uint64_t reply_hash);
    [[nodiscard]] FlowId insert(const FlowKey& key, const FlowKey& reply) {
        return insert(key, hash_of(key), reply, hash_of(reply));
    }
    void erase(FlowId flow);

    [[nodiscard]] Half& half(HalfId half) { return halves_[half]; }
    [[nodiscard]] Half& half(FlowId flow, unsigned direction) { return halves_[2 * flow + direction]; }
    [[nodiscard]] Flow& flow(FlowId flow) { return flows_[flow]; }
    [[nodiscard]] const Half& half(HalfId half) const { return halves_[half]; }
    [[nodiscard]] const Flow& flow(FlowId flow) const { return flows_[flow]; }

    [[nodiscard]] std::uint32_t size() const { return size_; }
    // One more than the highest flow there ever was: where a walk over all of them ends.
    [[nodiscard]] FlowId end() const { return end_; }

private:
    static constexpr unsigned kWays = 10;
    static constexpr unsigned kMeanLoad = 5; // at most, with all flows there are
    static constexpr unsigned kChoices = 4;  // buckets for a key

    struct alignas(64) Bucket {
        std::uint16_t tags[kWays]; // 0: free
        std::uint16_t spilled;     // how many keys that belong here stand in another bucket
        std::uint16_t unused;
        HalfId halves[kWays];
    };
    static_assert(sizeof(Bucket) == 64);

    // Multiplies to 128 bits and folds: each bit of both depends on each of the other.
    [[nodiscard]] static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
        __extension__ using Product = unsigned __int128;
        const Product product = static_cast<Product>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    [[nodiscard]] static std::uint16_t tag_of(std::uint64_t hash) {
        const auto tag = static_cast<std::uint16_t>(hash >> 48);
        return tag != 0 ? tag : 1;
    }
    [[nodiscard]] static unsigned first_of(unsigned hits) { return static_cast<unsigned>(std::countr_zero(hits)) / 2; }
    [[nodiscard]] Bucket& bucket_of(std::uint64_t hash) const { return buckets_[hash & mask_]; }
    // Where else a key may stand, tried in turn: 1 to kChoices - 1.
    [[nodiscard]] Bucket& bucket_of(std::uint64_t hash, unsigned choice) const {
        return buckets_[((hash >> 20 ^ hash * 0x9e3779b1) + choice) & mask_];
    }

    // Two bits for each way that holds the tag.
    [[nodiscard]] static unsigned matches(const Bucket& bucket, std::uint16_t tag) {
        constexpr unsigned all = (1U << 2 * kWays) - 1;
#ifdef __AVX2__
        const auto tags = _mm256_load_si256(reinterpret_cast<const __m256i*>(&bucket));
        const auto equal = _mm256_cmpeq_epi16(tags, _mm256_set1_epi16(static_cast<short>(tag)));
        return static_cast<unsigned>(_mm256_movemask_epi8(equal)) & all;
#else
        unsigned hits = 0;
        for (unsigned way = 0; way < kWays; ++way) {
            hits |= bucket.tags[way] == tag ? 3U << 2 * way : 0;
        }
        return hits & all;
#endif
    }

    [[nodiscard]] HalfId find_in(const Bucket& bucket, std::uint16_t tag, const FlowKey& key) const;
    [[nodiscard]] static bool enter_in(Bucket& bucket, HalfId half, std::uint16_t tag);
    [[nodiscard]] static bool remove_from(Bucket& bucket, HalfId half);
    [[nodiscard]] bool enter(HalfId half, std::uint64_t hash);
    void remove(HalfId half);

    std::uint64_t seeds_[3];
    std::uint64_t mask_;
    std::uint32_t capacity_;
    std::uint32_t size_ = 0;
    FlowId end_ = 0;
    FlowId free_ = kNoFlow; // list of freed flows
    Mapped<Bucket> buckets_;
    Mapped<Half> halves_;
    Mapped<Flow> flows_;
};

} // namespace pontoon
