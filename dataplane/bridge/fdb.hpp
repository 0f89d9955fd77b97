// The forwarding database of one network: which port a MAC address is behind (IEEE 802.1D section 7.9).
//
// Like a switch chip's: sets of eight entries, a set is a cache line, an entry is one 64-bit word. A MAC is mixed into
// its key by a bijection of 48 bits: a multiplication by a secret odd number, whose high bits depend on all of the
// address (Dietzfelbinger and others, A Reliable Randomized Algorithm for the Closest-Pair Problem, 1997), and a shift,
// which takes stations in a row to all sets of the processor's cache. The key's high bits choose the set; the word
// keeps the bits below the first kSetBits, so nothing is lost and a match is exact. A miss only floods, so a full set
// may replace its oldest learned entry. Entries of endpoints and of the gateway are static: never aged, moved or
// replaced.
//
//   63            30   29      28    27      15 14      0
//   | tag (34 bits) | valid | static |  tick   |  port  |
//
// Ages are counted in ticks of 2^26 ns (67 ms), modulo 2^13 (550 s); `sweep` must pass over the whole table at least
// every kWrap - kAgeing ns, else an old entry would look young again.
//
// One writer. Every look-up is one cache line.
#pragma once

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/time.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

class Fdb {
    using Word = std::uint64_t;
    static constexpr unsigned kValidAt = 29;
    static constexpr Word kValid = Word{1} << kValidAt;
    static constexpr Word kStatic = Word{1} << 28;
    static constexpr unsigned kTickAt = 15;

public:
    using Key = std::uint64_t;
    using Tick = std::uint32_t;

    static constexpr unsigned kSetBits = 14;
    static constexpr unsigned kWayBits = 3;
    static constexpr std::size_t kWays = std::size_t{1} << kWayBits;
    static constexpr std::size_t kMinSets = std::size_t{1} << kSetBits; // 131072 entries
    static constexpr unsigned kTickShift = 26;
    static constexpr Nanoseconds kAgeing = 300'000'000'000; // Linux and IEEE 802.1D: 300 s
    static constexpr Nanoseconds kWrap = Nanoseconds{1} << (kTickShift + 13);
    static constexpr PortId kMaxPort = 0x7fff;

    struct Static {
        Mac mac;
        PortId port;

        friend auto operator<=>(const Static&, const Static&) = default;
    };
    static_assert(sizeof(Static) == sizeof(std::uint64_t)); // with the MAC in the low 48 bits

    // What `learn` did. `spoofed`: the MAC is another port's static entry.
    enum class Learned : std::uint8_t { known, refreshed, added, moved, spoofed, full };

    // `sets` is a power of two of at least kMinSets; untouched memory costs nothing.
    explicit Fdb(std::uint64_t seed, std::size_t sets = kMinSets);

    // Whether `configure` can place these: no more than eight may meet in one set. Where they do, take a table with
    // another seed or more sets.
    [[nodiscard]] bool fits(std::span<const Static> statics) const;
    // The same where all but `added`, which are few, are known to fit.
    [[nodiscard]] bool fits(std::span<const Static> statics, std::span<const Static> added) const;

    // Replaces all static entries, and forgets what was learned behind ports that `keeps` denies.
    template <typename Keeps>
    void configure(std::span<const Static> statics, Keeps keeps) {
        if (learned_ + statics_ != 0) {
            for (Word& word : all()) {
                if (word != 0 && (is_static(word) || !keeps(port_of(word)))) {
                    erase(word);
                }
            }
        }
        for (const auto& entry : statics) {
            insert(entry);
        }
    }

    // The same by what is different, of which there is little: static entries that go, and that come after it, and
    // whether there are ports that `keeps` denies.
    template <typename Keeps>
    void change(std::span<const Static> gone, std::span<const Static> added, bool any_left, Keeps keeps) {
        for (const auto& entry : gone) {
            erase(entry);
        }
        if (any_left && learned_ != 0) {
            for (Word& word : all()) {
                if (word != 0 && !is_static(word) && !keeps(port_of(word))) {
                    erase(word);
                }
            }
        }
        for (const auto& entry : added) {
            insert(entry);
        }
    }

    [[nodiscard]] static Tick tick_of(Nanoseconds now) { return (now >> kTickShift) & kTickMask; }

    // `mac` holds the address in its low 48 bits (Mac::bits); what stands above them does not count. All happens in the
    // high 48 bits of a word, where overflow needs no mask.
    [[nodiscard]] Key key_of(std::uint64_t mac) const {
        const Key product = (mac << 16) * multiplier_;
        return product ^ (product >> 8 & kKeyMask);
    }
    void prefetch(Key key) const { __builtin_prefetch(&home_of(key)); }

    // The port a MAC is behind, or kNoPort if it is unknown or has aged out.
    [[nodiscard]] PortId find(Key key, Tick now) const {
        const Word word = home_of(key);
        if (is_of(word, key)) [[likely]] {
            return is_aged(word, now) ? kNoPort : port_of(word);
        }
        return find_elsewhere(key, now);
    }

    // Where and when frames come in: what the entry of their source holds beside its tag if there is nothing to learn.
    struct Arrival {
        PortId port;
        Tick now;
        std::uint64_t learned = kValid | std::uint64_t{now} << kTickAt | port;
        std::uint64_t fixed = kValid | kStatic | port;
    };

    // True if a frame from `key` says nothing new. False may also mean that it takes `learn` to see that.
    [[nodiscard]] bool knows(Key key, const Arrival& arrival) const {
        const Word rest = home_of(key) ^ key << kSetBits;
        return rest == arrival.learned || rest == arrival.fixed;
    }

    // A frame from `key` came in. Writes only when the port or the tick differs.
    Learned learn(Key key, const Arrival& arrival) {
        return knows(key, arrival) ? Learned::known : learn(key, arrival.port, arrival.now);
    }
    Learned learn(Key key, PortId port, Tick now);

    // Frees aged entries in `count` sets, going on where the last call ended. Returns how many entries it freed.
    std::size_t sweep(std::size_t count, Tick now);

    [[nodiscard]] std::size_t sets() const { return std::size_t{1} << (64 - kWayBits - home_shift_); }
    // Learned entries in the table, aged ones that no sweep has met included.
    [[nodiscard]] std::size_t learned() const { return learned_; }
    // Static entries and those learned entries that a look-up would find.
    [[nodiscard]] std::size_t size(Tick now) const;

private:
    using Set = std::span<Word, kWays>;
    static constexpr std::size_t kSetBytes = kWays * sizeof(Word);
    static_assert(kSetBytes == 64);

    static constexpr Tick kTickMask = (Tick{1} << 13) - 1;
    static constexpr Tick kAgedAfter = kAgeing >> kTickShift;
    static constexpr Tick kAhead = 16; // how far another worker's clock, and so its entries, may be ahead of ours: 1 s
    static constexpr Key kKeyMask = ~Key{0xffff};
    static constexpr Word kMatched = ~(kValid - 1); // the tag and the valid bit are compared together

    [[nodiscard]] static bool is_static(Word word) { return (word & kStatic) != 0; }
    [[nodiscard]] static PortId port_of(Word word) { return static_cast<PortId>(word & kMaxPort); }
    [[nodiscard]] static Tick tick_in(Word word) { return (word >> kTickAt) & kTickMask; }
    [[nodiscard]] static bool is_aged(Word word, Tick now) {
        return !is_static(word) && ((now - tick_in(word) + kAhead) & kTickMask) > kAgedAfter + kAhead;
    }
    [[nodiscard]] static Word word_of(Key key, PortId port, Tick tick) {
        return key << kSetBits | kValid | Word{tick} << kTickAt | port;
    }
    [[nodiscard]] std::span<Word> all() const { return {words_.get(), sets() * kWays}; }
    [[nodiscard]] Set set_at(std::size_t index) const { return Set(words_.get() + index * kWays, kWays); }
    [[nodiscard]] Set set_of(Key key) const { return set_at(set_number(key)); }
    // The word where a key stands unless another was there first.
    [[nodiscard]] Word& home_of(Key key) const { return words_[key >> home_shift_]; }
    [[nodiscard]] static bool is_of(Word word, Key key) { return (word ^ key << kSetBits) >> kValidAt == 1; }
    [[nodiscard]] static long long to_signed(Word word) { return static_cast<long long>(word); }
    // A bit for each word of the set that holds the key.
    [[nodiscard]] static unsigned matches(Set set, Key key) {
        const Word wanted = key << kSetBits | kValid;
#if defined(__AVX512F__)
        const auto tags = _mm512_and_si512(_mm512_load_si512(set.data()), _mm512_set1_epi64(to_signed(kMatched)));
        return _mm512_cmpeq_epi64_mask(tags, _mm512_set1_epi64(to_signed(wanted)));
#elif defined(__AVX2__)
        const auto half = [&](unsigned first) {
            const auto words = _mm256_load_si256(reinterpret_cast<const __m256i*>(set.data() + first));
            const auto tags = _mm256_and_si256(words, _mm256_set1_epi64x(to_signed(kMatched)));
            const auto equal = _mm256_cmpeq_epi64(tags, _mm256_set1_epi64x(to_signed(wanted)));
            return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(equal)));
        };
        return half(0) | half(kWays / 2) << (kWays / 2);
#else
        unsigned hits = 0;
        for (unsigned way = 0; way < kWays; ++way) {
            hits |= unsigned{(set[way] & kMatched) == wanted} << way;
        }
        return hits;
#endif
    }

    [[nodiscard]] std::size_t set_number(Key key) const { return key >> home_shift_ >> kWayBits; }
    void erase(Word& word);
    void erase(const Static& entry);
    void insert(const Static& entry);
    [[nodiscard]] PortId find_elsewhere(Key key, Tick now) const;
    [[nodiscard]] Word* free_word(Key key);
    Learned add(Key key, PortId port, Tick now);
    static Learned update(Word& word, PortId port, Tick now);

    struct Unmap {
        std::size_t bytes;
        void operator()(Word* words) const;
    };

    Key multiplier_;
    unsigned home_shift_; // of a key: what is left numbers the words
    std::size_t learned_ = 0;
    std::size_t statics_ = 0;
    std::size_t swept_ = 0;                // the set where the next sweep starts
    std::unique_ptr<Word[], Unmap> words_; // set after set
};

} // namespace pontoon
