#include "dataplane/bridge/fdb.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>
#include <vector>

namespace pontoon {

void Fdb::Unmap::operator()(Word* words) const {
    munmap(words, bytes);
}

namespace {

// Whether many multiples of part / whole come to lie far apart on a circle. They gather where a fraction of a small
// denominator is near, and then a large partial quotient of the continued fraction comes behind that one.
bool spreads(std::uint64_t part, std::uint64_t whole) {
    constexpr std::uint64_t many = 1 << 14;
    constexpr std::uint64_t large = 16;
    std::uint64_t before = 0;
    for (std::uint64_t denominator = 1; denominator < many;) {
        const std::uint64_t quotient = part == 0 ? large + 1 : whole / part;
        if (quotient > large) {
            return false;
        }
        whole = std::exchange(part, whole % part);
        before = std::exchange(denominator, quotient * denominator + before);
    }
    return true;
}

// Stations in a row differ in two neighbouring bytes, whose products have the highest `bits` of the key. (The last two
// bytes are the highest here: their 16 bits are different anyway.)
bool spreads_rows(std::uint64_t multiplier) {
    constexpr std::array<unsigned, 4> widths{24, 32, 40, 48};
    return std::ranges::all_of(widths, [&](unsigned bits) {
        const std::uint64_t whole = std::uint64_t{1} << bits;
        return spreads(multiplier % whole, whole);
    });
}

// One in forty is good.
std::uint64_t multiplier_from(std::uint64_t seed) {
    std::uint64_t multiplier = seed | 1;
    while (!spreads_rows(multiplier)) {
        multiplier = (multiplier * 6364136223846793005 + 1442695040888963407) | 1; // Knuth's MMIX
    }
    return multiplier;
}

} // namespace

Fdb::Fdb(std::uint64_t seed, std::size_t sets)
    // The key stands in the high 48 bits of its word, so the multiplier's low 48 bits count.
    : multiplier_(multiplier_from(seed)), home_shift_(64 - kWayBits - static_cast<unsigned>(std::countr_zero(sets))),
      words_(nullptr, Unmap{sets * kSetBytes}) {
    // Mapped and not allocated: a page of a table costs memory only once a MAC falls into it.
    void* memory =
        mmap(nullptr, sets * kSetBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    words_.reset(static_cast<Word*>(memory));
}

bool Fdb::fits(std::span<const Static> statics) const {
    std::vector<std::size_t> taken;
    taken.reserve(statics.size());
    for (const auto& entry : statics) {
        taken.push_back(set_number(key_of(entry.mac.bits())));
    }
    std::ranges::sort(taken);
    for (std::size_t i = kWays; i < taken.size(); ++i) {
        if (taken[i] == taken[i - kWays]) {
            return false;
        }
    }
    return true;
}

bool Fdb::fits(std::span<const Static> statics, std::span<const Static> added) const {
    return std::ranges::all_of(added, [&](const Static& entry) {
        const std::size_t set = set_number(key_of(entry.mac.bits()));
        std::size_t count = 0;
        for (const Static& other : statics) {
            count += set_number(key_of(std::bit_cast<std::uint64_t>(other))) == set ? 1 : 0;
        }
        return count <= kWays;
    });
}

void Fdb::erase(Word& word) {
    --(is_static(word) ? statics_ : learned_);
    word = 0;
}

void Fdb::erase(const Static& entry) {
    const Key key = key_of(entry.mac.bits());
    const Set set = set_of(key);
    const unsigned hits = matches(set, key);
    if (hits != 0) {
        Word& word = set[static_cast<std::size_t>(std::countr_zero(hits))];
        if (is_static(word) && port_of(word) == entry.port) {
            erase(word);
        }
    }
}

void Fdb::insert(const Static& entry) {
    const Key key = key_of(entry.mac.bits());
    const Set set = set_of(key);
    const unsigned hits = matches(set, key);
    Word* place = hits != 0 ? &set[static_cast<std::size_t>(std::countr_zero(hits))] : free_word(key);
    if (place == nullptr) {
        const auto learned = std::ranges::find_if(set, [](Word word) { return !is_static(word); });
        if (learned == set.end()) {
            return; // the caller did not ask `fits`
        }
        place = &*learned;
    }
    if (*place != 0) {
        erase(*place);
    }
    *place = word_of(key, entry.port, 0) | kStatic;
    ++statics_;
}

Fdb::Word* Fdb::free_word(Key key) {
    if (Word& home = home_of(key); home == 0) {
        return &home;
    }
    const Set set = set_of(key);
    const auto found = std::ranges::find(set, Word{0});
    return found == set.end() ? nullptr : &*found;
}

PortId Fdb::find_elsewhere(Key key, Tick now) const {
    const Set set = set_of(key);
    const unsigned hits = matches(set, key);
    if (hits == 0) {
        return kNoPort;
    }
    const Word word = set[static_cast<std::size_t>(std::countr_zero(hits))];
    return is_aged(word, now) ? kNoPort : port_of(word);
}

Fdb::Learned Fdb::learn(Key key, PortId port, Tick now) {
    const Set set = set_of(key);
    const unsigned hits = matches(set, key);
    if (hits == 0) {
        return add(key, port, now);
    }
    Word& word = set[static_cast<std::size_t>(std::countr_zero(hits))];
    if (port_of(word) == port && (is_static(word) || tick_in(word) == now)) {
        return Learned::known;
    }
    return update(word, port, now);
}

Fdb::Learned Fdb::add(Key key, PortId port, Tick now) {
    Word* place = free_word(key);
    Tick oldest = 0;
    for (Word& word : set_of(key)) { // without a free one, an aged one or the oldest
        const Tick age = is_aged(word, now) ? kTickMask : (now - tick_in(word)) & kTickMask;
        if (word != 0 && !is_static(word) && (place == nullptr || (*place != 0 && age > oldest))) {
            place = &word;
            oldest = age;
        }
    }
    if (place == nullptr) {
        return Learned::full;
    }
    learned_ += *place == 0 ? 1 : 0;
    *place = word_of(key, port, now);
    return Learned::added;
}

Fdb::Learned Fdb::update(Word& word, PortId port, Tick now) {
    if (is_static(word)) {
        return Learned::spoofed;
    }
    const bool aged = is_aged(word, now);
    const bool moved = port_of(word) != port;
    constexpr Word kept = ~(Word{kTickMask} << kTickAt | kMaxPort);
    word = (word & kept) | Word{now} << kTickAt | port;
    if (aged) {
        return Learned::added;
    }
    return moved ? Learned::moved : Learned::refreshed;
}

std::size_t Fdb::sweep(std::size_t count, Tick now) {
    std::size_t freed = 0;
    for (count = std::min(count, sets()); count != 0; --count) {
        for (Word& word : set_at(swept_)) {
            if (word != 0 && is_aged(word, now)) {
                erase(word);
                ++freed;
            }
        }
        swept_ = (swept_ + 1) % sets();
    }
    return freed;
}

std::size_t Fdb::size(Tick now) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(all(), [now](Word word) { return word != 0 && !is_aged(word, now); }));
}

} // namespace pontoon
