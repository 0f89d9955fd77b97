#include "dataplane/ip/fragments.hpp"

#include <algorithm>

namespace pontoon {

namespace {

using Outcome = FragmentTable::Outcome;

Outcome dropped(Reason reason) {
    return {Outcome::Kind::dropped, {}, reason};
}

// What is wrong with a piece whatever the others are.
Reason lie_of(const FragmentKey& key, unsigned offset, unsigned length, bool more, bool has_ports) {
    constexpr unsigned most = 65535;
    if (length == 0 || offset > most || length > most - offset || offset % 8 != 0 || (more && length % 8 != 0)) {
        return Reason::fragment_bad_length;
    }
    // A piece at byte 8 would replace the flags of a TCP header (RFC 3128); a first piece has to hold the header.
    const bool tiny = offset == 0 ? !has_ports : offset == 8 && key.protocol == protocol::kTcp;
    return tiny ? Reason::fragment_tiny : Reason::none;
}

} // namespace

FragmentTable::FragmentTable(std::uint64_t seed) : hash_(seed), entries_(std::make_unique<Entry[]>(kSets * kWays)) {}

FragmentTable::Outcome FragmentTable::resolve(const FragmentKey& key, unsigned offset, unsigned length, bool more,
                                              std::optional<FlowPorts> ports, rte_mbuf* mbuf, PortId in,
                                              Nanoseconds now) {
    const auto lie = lie_of(key, offset, length, more, ports.has_value());
    if (lie != Reason::none) {
        return dropped(lie);
    }
    const bool first = offset == 0;
    Entry* found = find(key, now);
    if (found == nullptr && !first && held_.full()) {
        return dropped(Reason::fragment_table_full); // and nothing gives way to it
    }
    Entry& entry = found != nullptr ? *found : create(key, now);
    const SeenBytes::Piece piece{offset, offset + length, more};
    const auto reason = refusal(entry, piece);
    if (reason != Reason::none) {
        return dropped(reason);
    }
    entry.seen.add(piece);
    if (must_wait(entry, piece)) {
        held_.hold(entry.waiting, mbuf, in, now + kMostWait);
        return {Outcome::Kind::held, {}, Reason::none};
    }
    if (first) {
        entry.ports = *ports;
        entry.has_ports = true;
        held_.release(entry.waiting);
    }
    const Outcome outcome{Outcome::Kind::ports, entry.ports, Reason::none};
    if (entry.seen.complete()) {
        erase(entry, Reason::none);
    }
    return outcome;
}

bool FragmentTable::must_wait(const Entry& entry, const SeenBytes::Piece& piece) const {
    return piece.begin != 0 && !entry.has_ports;
}

// Why the piece cannot be taken, if so.
Reason FragmentTable::refusal(Entry& entry, const SeenBytes::Piece& piece) {
    const auto judgement = entry.seen.judge(piece);
    if (entry.poisoned || judgement == SeenBytes::Judgement::overlap) {
        entry.poisoned = true;
        held_.give_up(entry.waiting, Reason::fragment_overlap);
        return Reason::fragment_overlap;
    }
    if (judgement == SeenBytes::Judgement::duplicate) {
        return Reason::fragment_duplicate;
    }
    const bool no_place = must_wait(entry, piece) && (entry.waiting.count == kMostWaiting || held_.full());
    return no_place || judgement == SeenBytes::Judgement::scattered ? Reason::fragment_table_full : Reason::none;
}

std::size_t FragmentTable::set_of(const FragmentKey& key) const {
    const std::uint64_t addresses = std::uint64_t{key.source.value.raw()} << 32 | key.destination.value.raw();
    const std::uint64_t rest = std::uint64_t{key.protocol} << 32 | std::uint64_t{key.zone} << 16 | key.id.raw();
    return hash_(addresses, rest) % kSets;
}

// Leaves what is over time behind.
FragmentTable::Entry* FragmentTable::find(const FragmentKey& key, Nanoseconds now) {
    for (Entry& entry : entries_of(set_of(key))) {
        if (entry.used && entry.key == key) {
            if (now >= entry.deadline) {
                erase(entry, Reason::fragment_timeout);
                return nullptr;
            }
            held_.expire(entry.waiting, now);
            return &entry;
        }
    }
    return nullptr;
}

FragmentTable::Entry& FragmentTable::create(const FragmentKey& key, Nanoseconds now) {
    const auto set = entries_of(set_of(key));
    Entry& entry = *std::ranges::min_element(set, {}, [](const Entry& e) { return e.used ? e.deadline : 0; });
    if (entry.used) {
        erase(entry, now >= entry.deadline ? Reason::fragment_timeout : Reason::fragment_table_full);
    }
    entry.key = key;
    entry.used = true;
    entry.deadline = now + kLifetime;
    ++packets_;
    return entry;
}

void FragmentTable::erase(Entry& entry, Reason reason) {
    held_.give_up(entry.waiting, reason);
    entry = Entry{};
    --packets_;
}

void FragmentTable::free_expired(Nanoseconds now, std::size_t sets) {
    if (packets_ == 0) {
        return;
    }
    for (sets = std::min(sets, kSets); sets != 0; --sets) {
        for (Entry& entry : entries_of(swept_)) {
            if (entry.used && now >= entry.deadline) {
                erase(entry, Reason::fragment_timeout);
            } else if (entry.used) {
                held_.expire(entry.waiting, now);
            }
        }
        swept_ = (swept_ + 1) % kSets;
    }
}

} // namespace pontoon
