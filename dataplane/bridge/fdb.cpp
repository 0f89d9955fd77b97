#include "dataplane/bridge/fdb.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <vector>

namespace pontoon {

void Fdb::Unmap::operator()(Set* sets) const {
    munmap(sets, bytes);
}

Fdb::Fdb(std::uint64_t seed, std::size_t sets)
    // The key stands in the high 48 bits of its word, so the multiplier's low 48 bits count.
    : multiplier_(seed | 1), set_shift_(64 - static_cast<unsigned>(std::countr_zero(sets))),
      sets_(nullptr, Unmap{sets * sizeof(Set)}) {
    // Mapped and not allocated: a page of a table costs memory only once a MAC falls into it.
    void* memory =
        mmap(nullptr, sets * sizeof(Set), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    sets_.reset(static_cast<Set*>(memory));
}

bool Fdb::fits(std::span<const Static> statics) const {
    std::vector<std::size_t> taken;
    taken.reserve(statics.size());
    for (const auto& entry : statics) {
        taken.push_back(key_of(entry.mac.bits()) >> set_shift_);
    }
    std::ranges::sort(taken);
    for (std::size_t i = kWays; i < taken.size(); ++i) {
        if (taken[i] == taken[i - kWays]) {
            return false;
        }
    }
    return true;
}

void Fdb::erase(Word& word) {
    --(is_static(word) ? statics_ : learned_);
    word = 0;
}

void Fdb::insert(const Static& entry) {
    const Key key = key_of(entry.mac.bits());
    Set& set = set_of(key);
    const unsigned hits = matches(set, key);
    Word* place = hits != 0 ? &set.words[std::countr_zero(hits)] : std::ranges::find(set.words, Word{0});
    if (place == std::end(set.words)) {
        place = std::ranges::find_if(set.words, [](Word word) { return !is_static(word); });
    }
    if (place == std::end(set.words)) {
        return; // the caller did not ask `fits`
    }
    if (*place != 0) {
        erase(*place);
    }
    *place = word_of(key, entry.port, 0) | kStatic;
    ++statics_;
}

Fdb::Learned Fdb::add(Set& set, Key key, PortId port, Tick now) {
    Word* place = nullptr;
    Tick oldest = 0;
    for (auto& word : set.words) {
        if (word == 0 || is_aged(word, now)) {
            place = &word;
            break;
        }
        const Tick age = (now - tick_in(word)) & kTickMask;
        if (!is_static(word) && (place == nullptr || age > oldest)) {
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
        for (auto& word : sets_[swept_].words) {
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
    std::size_t found = 0;
    for (const Set& set : std::span(sets_.get(), sets())) {
        found += static_cast<std::size_t>(
            std::ranges::count_if(set.words, [now](Word word) { return word != 0 && !is_aged(word, now); }));
    }
    return found;
}

} // namespace pontoon
