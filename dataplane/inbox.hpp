// What workers tell each other: a ring of small messages with many writers and one reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/packet/packet.hpp"
#include "dataplane/waker.hpp"

struct rte_ring;

namespace pontoon {

struct Message {
    enum class Kind : std::uint16_t {
        packet,   // an mbuf that leaves by `port`
        routed,   // an mbuf that came in on `port`, for the receiver's router
        piece,    // the same, a piece of a packet whose ports stand in mbuf->hash.usr
        resolve,  // an mbuf to send to the neighbour `address`
        learned,  // a MAC was seen behind `port` at `tick`
        neighbor, // the neighbour `address` has a MAC
        dropped,  // a packet of `port` was dropped; the content is the Reason
    };

    std::uint64_t content = 0; // the mbuf's address, or a MAC's 48 bits
    PortId port = kNoPort;     // or half of an address
    std::uint16_t tick = 0;    // Fdb::Tick, or half of an address
    Kind kind = Kind::packet;
    std::uint16_t generation = 0; // of the sender's plan, its low bits; stamped by the outbox

    [[nodiscard]] static Message packet(rte_mbuf* mbuf, PortId port) {
        return {reinterpret_cast<std::uint64_t>(mbuf), port, 0, Kind::packet};
    }
    // Whether it was sent in generation `other` or a later one. `now` is the reader's, at most 2^15 away from the
    // sender's.
    [[nodiscard]] bool is_since(std::uint64_t other, std::uint64_t now) const {
        const auto ahead = static_cast<std::int16_t>(generation - static_cast<std::uint16_t>(now));
        return static_cast<std::int64_t>(now) + ahead >= static_cast<std::int64_t>(other);
    }
    [[nodiscard]] static Message learned(Mac mac, PortId port, std::uint16_t tick) {
        return {mac.bits(), port, tick, Kind::learned};
    }
    [[nodiscard]] static Message routed(rte_mbuf* mbuf, PortId in, bool piece) {
        return {reinterpret_cast<std::uint64_t>(mbuf), in, 0, piece ? Kind::piece : Kind::routed};
    }
    [[nodiscard]] static Message resolve(rte_mbuf* mbuf, Ipv4 address) {
        const std::uint32_t raw = address.value.raw();
        return {reinterpret_cast<std::uint64_t>(mbuf), static_cast<PortId>(raw), static_cast<std::uint16_t>(raw >> 16),
                Kind::resolve};
    }
    [[nodiscard]] static Message neighbor(Ipv4 address, Mac mac) {
        const std::uint32_t raw = address.value.raw();
        return {mac.bits(), static_cast<PortId>(raw), static_cast<std::uint16_t>(raw >> 16), Kind::neighbor};
    }
    [[nodiscard]] static Message dropped(PortId port, Reason reason) {
        return {static_cast<std::uint64_t>(reason), port, 0, Kind::dropped};
    }
    [[nodiscard]] Ipv4 address() const { return {be32::from_raw(static_cast<std::uint32_t>(tick) << 16 | port)}; }
    [[nodiscard]] bool has_packet() const { return kind <= Kind::resolve; }
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

    // From now on wakes the owner when something comes, or nobody if null. Not while workers run.
    void set_waker(Waker* waker) { waker_ = waker; }

private:
    rte_ring* ring_;
    Waker* waker_ = nullptr;
};

} // namespace pontoon
