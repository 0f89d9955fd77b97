#include "dataplane/ip/held_pieces.hpp"

#include <rte_mbuf.h>

namespace pontoon {

HeldPieces::HeldPieces() {
    for (std::uint16_t place = 0; place < kPlaces; ++place) {
        append(free_, place);
    }
}

HeldPieces::~HeldPieces() {
    for (const auto& place : places_) {
        rte_pktmbuf_free(place.piece.mbuf); // null where it is free
    }
}

void HeldPieces::append(List& list, std::uint16_t place) {
    places_[place].next = kNone;
    (list.count == 0 ? list.first : places_[list.last].next) = place;
    list.last = place;
    ++list.count;
}

std::uint16_t HeldPieces::remove_first(List& list) {
    const auto place = list.first;
    list.first = places_[place].next;
    --list.count;
    return place;
}

std::optional<HeldPieces::Piece> HeldPieces::take(List& list) {
    if (list.count == 0) {
        return std::nullopt;
    }
    const auto place = remove_first(list);
    const auto piece = places_[place].piece;
    places_[place].piece = {};
    append(free_, place);
    return piece;
}

void HeldPieces::hold(List& packet, rte_mbuf* mbuf, PortId in, Nanoseconds deadline) {
    const auto place = remove_first(free_);
    places_[place].piece = {mbuf, in, Reason::none};
    places_[place].deadline = deadline;
    append(packet, place);
}

void HeldPieces::release(List& packet) {
    while (packet.count != 0) {
        append(ready_, remove_first(packet));
    }
}

void HeldPieces::give_up_first(List& packet, Reason reason) {
    const auto place = remove_first(packet);
    places_[place].piece.reason = reason;
    append(given_up_, place);
}

void HeldPieces::give_up(List& packet, Reason reason) {
    while (packet.count != 0) {
        give_up_first(packet, reason);
    }
}

void HeldPieces::expire(List& packet, Nanoseconds now) {
    while (packet.count != 0 && now >= places_[packet.first].deadline) {
        give_up_first(packet, Reason::fragment_timeout);
    }
}

} // namespace pontoon
