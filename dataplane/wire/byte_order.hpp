// Integers as they stand on the wire: big-endian, without implicit conversion to or from plain integers,
// so that `header.total_length + 4` or `port == 80` cannot be written by mistake.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>

namespace pontoon {

// Packed, because a header may start at any byte of a frame; so every struct of these has alignment 1.
template <typename T>
class [[gnu::packed]] BigEndian {
public:
    constexpr BigEndian() = default;
    constexpr explicit BigEndian(T host) : raw_(swap(host)) {}

    // The value in host byte order.
    [[nodiscard]] constexpr T host() const { return swap(raw_); }
    // The bytes as they lie in memory; for checksums, hashes and keys only.
    [[nodiscard]] constexpr T raw() const { return raw_; }
    [[nodiscard]] static constexpr BigEndian from_raw(T raw) {
        BigEndian value;
        value.raw_ = raw;
        return value;
    }

    friend constexpr bool operator==(BigEndian a, BigEndian b) { return a.raw() == b.raw(); }
    friend constexpr auto operator<=>(BigEndian a, BigEndian b) { return a.host() <=> b.host(); }

private:
    static constexpr T swap(T value) {
        if constexpr (std::endian::native == std::endian::big) {
            return value;
        } else if constexpr (sizeof(T) == 2) {
            return __builtin_bswap16(value);
        } else {
            return __builtin_bswap32(value);
        }
    }

    T raw_ = 0;
};

using be16 = BigEndian<std::uint16_t>;
using be32 = BigEndian<std::uint32_t>;

static_assert(sizeof(be16) == 2 && alignof(be16) == 1);
static_assert(sizeof(be32) == 4 && alignof(be32) == 1);

} // namespace pontoon
