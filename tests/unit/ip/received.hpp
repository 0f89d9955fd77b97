// A packet in buffers, as a port receives it, parsed.
#pragma once

#include "dataplane/packet/parse.hpp"
#include "tests/unit/buffers.hpp"
#include "tests/unit/parsed.hpp"

namespace pontoon {

inline Packet packet_in(rte_mbuf* mbuf) {
    Packet packet;
    packet.mbuf = mbuf;
    packet.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    packet.length = mbuf->pkt_len;
    packet.first = mbuf->data_len;
    parse(packet);
    return packet;
}

class Received {
public:
    explicit Received(Buffer mbuf) : mbuf_(std::move(mbuf)), packet_(packet_in(mbuf_.get())) {}
    Received(Pool& pool, const frames::Bytes& frame) : Received(Buffer(pool.copy(frame))) {}

    Packet& operator*() { return packet_; }
    Packet* operator->() { return &packet_; }

private:
    Buffer mbuf_;
    Packet packet_;
};

} // namespace pontoon
