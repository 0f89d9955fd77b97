// Pieces that wait for the first one of their packet: 1024 places, each in one of four lists.
//
//   free -> waiting, for one packet -> ready, because the first piece came       -> free
//                                   -> given up: over time, pushed out, refused  -> free
//
// Nothing but the places is kept here, so IPv4 and IPv6 may share it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/time.hpp"
#include "dataplane/packet/verdict.hpp"

namespace pontoon {

class HeldPieces {
public:
    static constexpr std::size_t kPlaces = 1024;

    struct Piece {
        rte_mbuf* mbuf = nullptr;
        PortId in = kNoPort;
        Reason reason = Reason::none; // why it was given up
    };

    // Pieces in their order of arrival.
    struct List {
        std::uint16_t first = kNone;
        std::uint16_t last = kNone;
        std::uint16_t count = 0;
    };

    HeldPieces();
    HeldPieces(const HeldPieces&) = delete;
    HeldPieces& operator=(const HeldPieces&) = delete;
    ~HeldPieces(); // frees the packets

    [[nodiscard]] std::size_t size() const { return kPlaces - free_.count; }
    [[nodiscard]] bool full() const { return free_.count == 0; }

    // Not when full.
    void hold(List& packet, rte_mbuf* mbuf, PortId in, Nanoseconds deadline);
    // All of a packet's pieces are ready.
    void release(List& packet);
    // All of a packet's pieces are given up.
    void give_up(List& packet, Reason reason);
    // Those of a packet's pieces that are from a port which `keeps` denies are given up.
    template <typename Keeps>
    void give_up_unless(List& packet, Keeps keeps, Reason reason) {
        for (std::uint16_t left = packet.count; left != 0; --left) {
            if (!keeps(places_[packet.first].piece.in)) {
                give_up_first(packet, reason);
            } else {
                append(packet, remove_first(packet));
            }
        }
    }
    // Those of a packet's pieces that are over time are given up.
    void expire(List& packet, Nanoseconds now);

    [[nodiscard]] std::optional<Piece> take_ready() { return take(ready_); }
    [[nodiscard]] std::optional<Piece> take_given_up() { return take(given_up_); }

private:
    static constexpr std::uint16_t kNone = 0xffff;

    struct Place {
        Piece piece;
        Nanoseconds deadline = 0;
        std::uint16_t next = kNone;
    };

    void append(List& list, std::uint16_t place);
    std::uint16_t remove_first(List& list);
    std::optional<Piece> take(List& list);
    void give_up_first(List& packet, Reason reason);

    List free_;
    List ready_;
    List given_up_;
    std::array<Place, kPlaces> places_;
};

} // namespace pontoon
