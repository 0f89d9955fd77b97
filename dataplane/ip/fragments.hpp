// Virtual reassembly: NAT has to know the ports of every piece of an IPv4 packet, and only the first piece has them.
//
// Pieces are never put together. The first one tells the ports, the later ones get them and go their way; later pieces
// that come before it wait. Bytes may come once only: a packet with pieces that overlap is refused whole, as RFC 5722
// wants it for IPv6 and Linux does for both.
//
// Bounds: 1024 packets, in sets of 16 of which the oldest gives way, for 30 s after their first piece (Linux
// ipfrag_time) or until all bytes were seen; 16 early pieces a packet and 1024 in all, 1 s each; 16 runs of bytes with
// holes between them a packet. Memory is fixed at construction.
//
// One owner. Pieces that it holds and then has to give up come out of the next `sweep`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "dataplane/ip/held_pieces.hpp"
#include "dataplane/ip/keyed_hash.hpp"
#include "dataplane/ip/seen_bytes.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/ports.hpp"
#include "dataplane/packet/time.hpp"

namespace pontoon {

// Which packet a piece belongs to (RFC 791 section 3.2). `zone` tells networks with the same addresses apart.
struct FragmentKey {
    Ipv4 source;
    Ipv4 destination;
    be16 id;
    std::uint8_t protocol = 0;
    std::uint16_t zone = 0;

    friend bool operator==(const FragmentKey&, const FragmentKey&) = default;
};

class FragmentTable {
public:
    static constexpr std::size_t kSets = 64;
    static constexpr std::size_t kWays = 16;
    static constexpr std::size_t kMostWaiting = 16;
    static constexpr Nanoseconds kLifetime = 30'000'000'000;
    static constexpr Nanoseconds kMostWait = 1'000'000'000;

    // `ports`: send the piece on with these. `held`: the table has the mbuf now. `dropped`: for this reason; the mbuf
    // is still the caller's.
    struct Outcome {
        enum class Kind : std::uint8_t { ports, held, dropped };

        Kind kind = Kind::dropped;
        FlowPorts ports{};
        Reason reason = Reason::none;
    };

    using Piece = HeldPieces::Piece;

    explicit FragmentTable(std::uint64_t seed);

    // What to do with the piece of `length` bytes at `offset` of its packet, which came from port `in`. `more`: more
    // pieces follow it. A first piece, at offset 0, brings the ports, or zeros where its protocol has none; `ports` of
    // a later one do not count.
    [[nodiscard]] Outcome resolve(const FragmentKey& key, unsigned offset, unsigned length, bool more,
                                  std::optional<FlowPorts> ports, rte_mbuf* mbuf, PortId in, Nanoseconds now);

    // After `resolve` had ports for a first piece: the next of those that waited for it, in their order of arrival. The
    // caller takes them all before it resolves anything else; they have the first one's ports.
    [[nodiscard]] std::optional<Piece> take() { return held_.take_ready(); }

    // Looks for what is over time in the next `sets` sets. Then calls `expired(mbuf, in, reason)` for each piece that
    // was held and has been given up, here or by `resolve`, and gives the mbuf back with it.
    template <typename Expired>
    void sweep(Nanoseconds now, Expired expired, std::size_t sets = 1) {
        free_expired(now, sets);
        while (const auto piece = held_.take_given_up()) {
            expired(piece->mbuf, piece->in, piece->reason);
        }
    }

    // Gives up what waits and came from a port that `keeps` denies: it has left. The next `sweep` brings it.
    template <typename Keeps>
    void forget(Keeps keeps) {
        for (std::size_t i = 0; held_.size() != 0 && i < kSets * kWays; ++i) {
            held_.give_up_unless(entries_[i].waiting, keeps, Reason::port_detached);
        }
    }

    // Mbufs in the table: waiting, not taken yet, or given up.
    [[nodiscard]] std::size_t held() const { return held_.size(); }
    // Packets in the table, those over time that nothing has met yet included.
    [[nodiscard]] std::size_t packets() const { return packets_; }
    // The set, below kSets, in which a packet has its place.
    [[nodiscard]] std::size_t set_of(const FragmentKey& key) const;

private:
    struct Entry {
        FragmentKey key;
        FlowPorts ports;
        bool used = false;
        bool has_ports = false; // the first piece was seen
        bool poisoned = false;  // pieces overlapped
        HeldPieces::List waiting;
        Nanoseconds deadline = 0;
        SeenBytes seen;
    };

    [[nodiscard]] std::span<Entry, kWays> entries_of(std::size_t set) {
        return std::span<Entry, kWays>(&entries_[set * kWays], kWays);
    }
    [[nodiscard]] Entry* find(const FragmentKey& key, Nanoseconds now);
    [[nodiscard]] Entry& create(const FragmentKey& key, Nanoseconds now);
    void erase(Entry& entry, Reason reason);
    [[nodiscard]] Reason refusal(Entry& entry, const SeenBytes::Piece& piece);
    [[nodiscard]] bool must_wait(const Entry& entry, const SeenBytes::Piece& piece) const;
    void free_expired(Nanoseconds now, std::size_t sets);

    KeyedHash hash_;
    std::unique_ptr<Entry[]> entries_;
    std::size_t packets_ = 0;
    std::size_t swept_ = 0; // the set where the next sweep starts
    HeldPieces held_;
};

} // namespace pontoon
