// Who stands behind an IPv4 address and how frames get there: endpoints, stations behind their ports, and neighbours on
// the uplink, which ARP finds (RFC 826, RFC 1122 section 2.3.2).
//
// Each worker has its own copy. Only the uplink's owner asks: it holds at most 3 packets for a neighbour (RFC 1122
// section 2.3.2.2; Linux drops the oldest, and so does this), asks 3 times, a second apart (Linux: mcast_solicit,
// retrans_time_ms), and tells the others what it learns. What was learned counts for 60 s; then the next packet still
// goes there, and the neighbour is asked again, 3 times, before it is forgotten. Neighbours of the configuration stay.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/time.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// The way to a next hop: what every packet of a flow needs, in 16 bytes.
struct Adjacency {
    Mac destination;
    Mac source;
    PortId port = kNoPort; // kNoPort: not known yet, or to be confirmed
    std::uint16_t mtu = 0; // bytes of an IP packet
};
static_assert(sizeof(Adjacency) == 16);

class Neighbors {
public:
    using Id = std::uint16_t;
    static constexpr Id kNone = 0xffff;
    // Endpoints have the lowest numbers and all others the highest, as many as are left.
    static constexpr unsigned kMostEndpoints = 65000;
    static constexpr unsigned kMostDynamic = 16383;
    static constexpr unsigned kMostHeld = 3;
    static constexpr unsigned kMostHeldInAll = 512; // so that whom packets are held for has a number in any case
    static_assert(kMostEndpoints + kMostHeldInAll <= kNone);
    static constexpr unsigned kTries = 3;
    static constexpr Nanoseconds kRetry = 1'000'000'000;
    static constexpr Nanoseconds kReachable = 60'000'000'000;

    // How frames go out by the uplink.
    struct Link {
        Mac mac;
        PortId port = kNoPort;
        std::uint16_t mtu = 1500;
        std::uint64_t joined = 0; // Plan::Slot::joined of the port, whose number may have been another's
    };

    Neighbors();
    Neighbors(const Neighbors&) = delete;
    Neighbors& operator=(const Neighbors&) = delete;
    ~Neighbors(); // frees what is held

    [[nodiscard]] const Adjacency& at(Id id) const { return adjacencies_[id]; }

    // A new configuration: ids below `endpoints` are those of endpoints. Stations stay if `keeps(zone, port)`, and
    // learned neighbours if the link is the same, as far as there is room; others may have another id now.
    template <typename Keeps>
    void begin(const Link& link, std::size_t endpoints, Keeps keeps) {
        const bool same = link.mac == link_.mac && link.port == link_.port && link.joined == link_.joined;
        endpoints_ = endpoints;
        rebuild([&](const Entry& entry, const Adjacency& adjacency) {
            const bool stays =
                entry.state == State::station ? keeps(entry.zone, adjacency.port) : same && entry.state != State::fixed;
            return stays || entry.count != 0; // what is held for stays in any case: nothing is lost by a change
        });
        set_link(link);
    }
    void set_endpoint(Id id, const Adjacency& adjacency) { adjacencies_[id] = adjacency; }
    // A neighbour of the configuration, which packets may be held for already. kNone if there are too many.
    Id set_static(Ipv4 address, Mac mac);

    // A station of a network that is no endpoint, as its packets show it. Forgotten if there are too many.
    void set_station(std::uint16_t zone, Ipv4 address, const Adjacency& adjacency);
    [[nodiscard]] Id find_station(std::uint16_t zone, Ipv4 address) const { return slots_[slot_of(zone, address)]; }
    // The neighbour on the uplink with this address, known or not. kNone if there are too many; then `forget_idle`.
    [[nodiscard]] Id neighbor(Ipv4 address);
    // Drops the neighbours that would be learned again. Ids are given anew after it.
    void forget_idle();

    [[nodiscard]] bool is_endpoint(Id id) const { return id < endpoints_; }
    [[nodiscard]] Ipv4 address_of(Id id) const { return entries_[index_of(id)].address; }
    // Whether this neighbour was known and has only to be confirmed; the answer makes its adjacency good again.
    [[nodiscard]] bool confirm(Id id, Nanoseconds now);

    // Keeps a packet for a neighbour that is not known, and says which one had to give way, if only itself, or null.
    [[nodiscard]] rte_mbuf* hold(Id id, rte_mbuf* packet);
    // Whether the neighbour has to be asked for now, and from now on in turn by `due`.
    [[nodiscard]] bool start_asking(Id id, Nanoseconds now);

    // `address` answered, or asked from `mac`. The id of a neighbour that was waiting for it or differs now, else
    // kNone.
    [[nodiscard]] Id learn(Ipv4 address, Mac mac, Nanoseconds now);
    // Packets held for a neighbour, from now on the caller's; at most kMostHeld.
    [[nodiscard]] std::span<rte_mbuf* const> take_held(Id id);

    struct Due {
        Id id = kNone;
        bool given_up = false; // else: ask again
        bool unicast = false;  // where: at the address it had
    };
    // Looks after timers: what is due at `now`, one each call; kNone at the end.
    [[nodiscard]] Due due(Nanoseconds now);

    [[nodiscard]] std::size_t held() const { return held_; }

private:
    enum class State : std::uint8_t { unknown, asking, reachable, stale, probing, fixed, station };
    struct Entry {
        Ipv4 address;
        std::uint16_t zone = 0;
        State state = State::unknown;
        std::uint8_t tries = 0;
        std::uint8_t count = 0; // of held
        Nanoseconds deadline = 0;
        std::array<rte_mbuf*, kMostHeld> held{};
    };
    static constexpr std::size_t kSlots = std::size_t{2} * (kMostDynamic + 1);

    // Of an entry's place and its number the one gives the other.
    [[nodiscard]] static Id id_of(std::size_t index) { return static_cast<Id>(kNone - 1 - index); }
    [[nodiscard]] static std::size_t index_of(Id id) { return std::size_t{kNone} - 1 - id; }
    [[nodiscard]] Entry& entry(Id id) { return entries_[index_of(id)]; }
    [[nodiscard]] std::size_t room() const { return std::min<std::size_t>(kMostDynamic, kNone - endpoints_); }
    [[nodiscard]] std::size_t slot_of(std::uint16_t zone, Ipv4 address) const; // of the entry, or a free one
    [[nodiscard]] Id find_or_add(std::uint16_t zone, Ipv4 address);
    void set_state(Id id, State state, Nanoseconds deadline);
    void set_link(const Link& link);

    // Keeps some entries with all they have, and forgets the others.
    template <typename Keeps>
    void rebuild(Keeps keeps) {
        std::vector<std::pair<Entry, Adjacency>> kept;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (keeps(entries_[i], adjacencies_[id_of(i)])) {
                kept.emplace_back(entries_[i], adjacencies_[id_of(i)]);
            }
        }
        std::ranges::stable_partition(kept, [](const auto& one) { return one.first.count != 0; });
        kept.resize(std::min(kept.size(), room()));
        entries_.clear();
        stations_ = 0;
        std::ranges::fill(slots_, kNone);
        for (const auto& [entry, adjacency] : kept) {
            const Id id = find_or_add(entry.zone, entry.address);
            this->entry(id) = entry;
            stations_ += entry.state == State::station ? 1 : 0;
            adjacencies_[id] = adjacency;
        }
        next_due_ = 0;
    }

    std::unique_ptr<Adjacency[]> adjacencies_;
    std::vector<Entry> entries_; // of the ids from the highest down
    std::vector<Id> slots_;      // by hash of zone and address; open addressing
    Link link_;
    std::size_t endpoints_ = 0;
    std::size_t held_ = 0;
    std::size_t stations_ = 0;
    std::size_t next_due_ = 0;
};

} // namespace pontoon
