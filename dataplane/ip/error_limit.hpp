// How many ICMP errors a worker may send (RFC 1812 section 4.3.2.8): 1000 a second with a burst of 50, the numbers of
// Linux (icmp_msgs_per_sec, icmp_msgs_burst), and 20 a second with a burst of 20 to one destination.
//
// Token buckets by virtual scheduling (ITU-T I.371): a bucket is the time at which it will be full again, so it needs
// no refilling, and one that nobody used is full.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "dataplane/ip/keyed_hash.hpp"
#include "dataplane/packet/time.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

class ErrorLimit {
public:
    static constexpr std::size_t kSlots = 1024;

    explicit ErrorLimit(std::uint64_t seed) : hash_(seed) {}

    // Takes a token from both buckets if each has one. Destinations that meet in a slot share its bucket: then less is
    // allowed, never more.
    [[nodiscard]] bool allow(Ipv4 destination, Nanoseconds now) {
        Bucket& slot = slots_[slot_of(destination)];
        if (!kOneDestination.has_token(slot, now) || !kAll.has_token(all_, now)) {
            return false;
        }
        kOneDestination.take(slot, now);
        kAll.take(all_, now);
        return true;
    }

    [[nodiscard]] std::size_t slot_of(Ipv4 destination) const {
        return hash_(std::uint64_t{destination.value.raw()}) % kSlots;
    }

private:
    using Bucket = Nanoseconds; // when it is full again

    struct Rate {
        Nanoseconds interval; // between two tokens
        unsigned burst;

        [[nodiscard]] constexpr bool has_token(Bucket bucket, Nanoseconds now) const {
            const Nanoseconds full_within = bucket > now ? bucket - now : 0;
            return full_within <= (burst - 1) * interval ||
                   full_within > burst * interval; // the clock has stepped back
        }
        constexpr void take(Bucket& bucket, Nanoseconds now) const {
            const bool stepped_back = bucket > now + burst * interval;
            bucket = (stepped_back ? now : std::max(bucket, now)) + interval;
        }
    };

    static constexpr Rate kAll{1'000'000'000 / 1000, 50};
    static constexpr Rate kOneDestination{1'000'000'000 / 20, 20};

    KeyedHash hash_;
    Bucket all_ = 0;
    std::array<Bucket, kSlots> slots_{};
};

} // namespace pontoon
