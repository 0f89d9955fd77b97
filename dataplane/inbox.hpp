// What workers tell each other: a ring of small messages with many writers and one reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/packet/packet.hpp"

struct rte_ring;

namespace pontoon {

struct Message {
    enum class Kind : std::uint16_t { packet, learned };

    std::uint64_t content = 0; // packet: the mbuf's address; learned: the MAC's 48 bits
    PortId port = kNoPort;     // packet: where it goes; learned: where the MAC is
    std::uint16_t tick = 0;    // learned: when it was seen (Fdb::Tick)
    Kind kind = Kind::packet;
    std::uint16_t generation = 0; // of the sender's plan, its low bits; stamped by the outbox

    [[nodiscard]] static Message packet(rte_mbuf* mbuf, PortId port) {
        return {reinterpret_cast<std::uint64_t>(mbuf), port, 0, Kind::packet};
    }
    // Whether it was sent in `other` or a later generation, at most 2^15 away.
    [[nodiscard]] bool is_since(std::uint64_t other) const {
        return static_cast<std::int16_t>(generation - static_cast<std::uint16_t>(other)) >= 0;
    }
    [[nodiscard]] static Message learned(Mac mac, PortId port, std::uint16_t tick) {
        return {mac.bits(), port, tick, Kind::learned};
    }
    [[nodiscard]] rte_mbuf* mbuf() const { return reinterpret_cast<rte_mbuf*>(content); }
};
static_assert(sizeof(Message) == 16);

class Inbox {
public:
    static constexpr unsigned kMessages = 4096;

    // Throws std::runtime_error if there is no memory.
    Inbox();
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;
    ~Inbox(); // frees packets that nobody fetched

    // Any worker: takes messages from the front and returns how many fitted.
    [[nodiscard]] std::size_t push(std::span<const Message> messages);
    // The owner: fetches at most `messages.size()` and returns how many came.
    [[nodiscard]] std::size_t pop(std::span<Message> messages);
    [[nodiscard]] std::size_t size() const;

private:
    rte_ring* ring_;
};

} // namespace pontoon
