// A hash of a few words under a secret, so that nobody outside can aim at one place of a table. Not for
// authentication.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

namespace pontoon {

class KeyedHash {
public:
    explicit KeyedHash(std::uint64_t seed) : start_(mixed(seed + kStep)), multiplier_(mixed(seed + 2 * kStep) | 1) {}

    // All 64 bits of the result are good.
    template <std::same_as<std::uint64_t>... Words>
    [[nodiscard]] std::uint64_t operator()(Words... words) const {
        std::uint64_t hash = start_;
        ((hash = std::rotl((hash ^ words) * multiplier_, 29)), ...);
        return mixed(hash);
    }

private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15; // 2^64 over the golden ratio, as SplitMix64 steps

    // The output function of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
    static constexpr std::uint64_t mixed(std::uint64_t value) {
        value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
        value = (value ^ value >> 27) * 0x94d049bb133111eb;
        return value ^ value >> 31;
    }

    std::uint64_t start_;
    std::uint64_t multiplier_;
};

} // namespace pontoon
