#include "dataplane/bridge/neighbors.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <utility>

namespace pontoon {

Neighbors::Neighbors() : adjacencies_(std::make_unique<Adjacency[]>(std::size_t{kNone} + 1)), slots_(kSlots, kNone) {
    entries_.reserve(kMostDynamic);
}

Neighbors::~Neighbors() {
    for (auto& entry : entries_) {
        rte_pktmbuf_free_bulk(entry.held.data(), entry.count);
    }
}

std::size_t Neighbors::slot_of(std::uint16_t zone, Ipv4 address) const {
    std::size_t slot = (address.value.raw() * 0x9e3779b97f4a7c15 + zone * 0xff51afd7ed558ccd) >> 40;
    for (;; ++slot) {
        slot %= kSlots;
        if (slots_[slot] == kNone) {
            return slot;
        }
        const Entry& entry = entries_[index_of(slots_[slot])];
        if (entry.address == address && entry.zone == zone) {
            return slot;
        }
    }
}

Neighbors::Id Neighbors::find_or_add(std::uint16_t zone, Ipv4 address) {
    const std::size_t slot = slot_of(zone, address);
    if (slots_[slot] == kNone && entries_.size() < room()) {
        slots_[slot] = id_of(entries_.size());
        adjacencies_[slots_[slot]] = Adjacency{};
        entries_.push_back(Entry{.address = address, .zone = zone});
    }
    return slots_[slot];
}

void Neighbors::set_state(Id id, State state, Nanoseconds deadline) {
    entry(id).state = state;
    entry(id).deadline = deadline;
    const bool good = state == State::reachable || state == State::probing || state == State::fixed;
    adjacencies_[id].port = good ? link_.port : kNoPort;
}

void Neighbors::set_link(const Link& link) {
    link_ = link;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].state != State::station) {
            adjacencies_[id_of(i)].source = link.mac;
            adjacencies_[id_of(i)].mtu = link.mtu;
        }
    }
}

Neighbors::Id Neighbors::set_static(Ipv4 address, Mac mac) {
    const Id id = find_or_add(0, address);
    if (id != kNone) {
        adjacencies_[id] = {mac, link_.mac, link_.port, link_.mtu};
        set_state(id, State::fixed, 0);
    }
    return id;
}

void Neighbors::set_station(std::uint16_t zone, Ipv4 address, const Adjacency& adjacency) {
    // Who makes up sources is not to block the uplink.
    if (stations_ >= room() / 2 && find_station(zone, address) == kNone) {
        return;
    }
    const Id id = find_or_add(zone, address);
    if (id != kNone) {
        stations_ += entry(id).state == State::station ? 0 : 1;
        entry(id).state = State::station;
        adjacencies_[id] = adjacency;
    }
}

Neighbors::Id Neighbors::neighbor(Ipv4 address) {
    const Id id = find_or_add(0, address);
    if (id != kNone && entry(id).state == State::unknown) {
        adjacencies_[id].source = link_.mac;
        adjacencies_[id].mtu = link_.mtu;
    }
    return id;
}

void Neighbors::forget_idle() {
    rebuild([](const Entry& entry, const Adjacency&) {
        return entry.state == State::fixed || entry.state == State::station || entry.count != 0;
    });
}

bool Neighbors::confirm(Id id, Nanoseconds now) {
    if (entry(id).state != State::stale) {
        return false;
    }
    entry(id).tries = 1;
    set_state(id, State::probing, now + kRetry);
    return true;
}

rte_mbuf* Neighbors::hold(Id id, rte_mbuf* packet) {
    Entry& to = entry(id);
    rte_mbuf* oldest = nullptr;
    if (to.count == kMostHeld) {
        oldest = to.held.front();
        std::ranges::rotate(to.held, to.held.begin() + 1);
        --to.count;
        --held_;
    } else if (held_ == kMostHeldInAll) {
        return packet;
    }
    to.held[to.count++] = packet;
    ++held_;
    return oldest;
}

bool Neighbors::start_asking(Id id, Nanoseconds now) {
    if (entry(id).state == State::asking) {
        return false;
    }
    entry(id).tries = 1;
    set_state(id, State::asking, now + kRetry);
    return true;
}

Neighbors::Id Neighbors::learn(Ipv4 address, Mac mac, Nanoseconds now) {
    const Id id = slots_[slot_of(0, address)];
    if (id == kNone || entry(id).state == State::fixed) {
        return kNone;
    }
    const bool known = adjacencies_[id].port != kNoPort && adjacencies_[id].destination == mac;
    adjacencies_[id].destination = mac;
    set_state(id, State::reachable, now + kReachable);
    return known ? kNone : id;
}

std::span<rte_mbuf* const> Neighbors::take_held(Id id) {
    Entry& from = entry(id);
    held_ -= from.count;
    return {from.held.data(), std::exchange(from.count, std::uint8_t{0})};
}

Neighbors::Due Neighbors::due(Nanoseconds now) {
    while (next_due_ < entries_.size()) {
        const auto id = id_of(next_due_);
        Entry& entry = entries_[next_due_++];
        if (now < entry.deadline) {
            continue;
        }
        const bool waits = entry.state == State::asking || entry.state == State::probing;
        if (entry.state == State::reachable) {
            set_state(id, State::stale, 0);
        } else if (waits && entry.tries < kTries) {
            ++entry.tries;
            entry.deadline = now + kRetry;
            return {id, false, entry.state == State::probing};
        } else if (waits) {
            set_state(id, State::unknown, 0);
            return {id, true, false};
        }
    }
    next_due_ = 0;
    return {};
}

} // namespace pontoon
