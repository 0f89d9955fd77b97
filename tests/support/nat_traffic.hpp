// Random packets for a NatWorld: new flows and old ones, answers and near misses, in all directions. Where TCP and SCTP
// ask for a legal sequence it keeps to one.
#pragma once

#include <array>
#include <list>
#include <string>
#include <vector>

#include "tests/support/nat_world.hpp"
#include "tests/support/reference_nat.hpp"

namespace pontoon::test {

// A packet for `port`; with `cuts`, its pieces in this order.
struct Shipment {
    std::string port;
    Datagram whole;
    std::vector<std::size_t> cuts{};
    std::vector<std::size_t> order{};
};

// The frames that `shipment` is.
[[nodiscard]] std::vector<Bytes> frames_of(const Shipment& shipment);

// One TCP connection: side 0 began it.
struct Connection {
    Tuple begun;
    std::uint64_t flow = 0;               // its number once it is there
    std::array<std::uint32_t, 2> next{};  // the sequence number that a side sends next
    std::array<std::uint32_t, 2> heard{}; // what a side has acknowledged
    std::array<bool, 2> finished{};
    enum class Phase { begun, answered, open, over } phase = Phase::begun;
    bool busy = false; // had its turn since the last `settle`
};

class NatTraffic {
public:
    NatTraffic(Dice& dice, const NatWorld& world, ReferenceNat& reference)
        : dice_(dice), world_(world), reference_(reference) {}

    [[nodiscard]] Shipment next();
    // Packets that may share a burst: all from one port.
    [[nodiscard]] std::vector<Shipment> burst();
    // After what was sent has been looked at: forgets connections whose flow is gone.
    void settle();

private:
    [[nodiscard]] Shipment random_kind();
    [[nodiscard]] Shipment outgoing();
    [[nodiscard]] Shipment incoming();
    [[nodiscard]] Shipment to_host();
    [[nodiscard]] Shipment near_miss();
    [[nodiscard]] Shipment elsewhere();
    [[nodiscard]] Shipment neighbor();
    [[nodiscard]] Shipment gateway_echo();
    [[nodiscard]] Shipment of_flow();
    [[nodiscard]] Shipment error();
    [[nodiscard]] Shipment begin_connection();
    [[nodiscard]] Shipment go_on(Connection& connection);
    [[nodiscard]] Shipment once_open(Connection& connection, unsigned roll);
    [[nodiscard]] Shipment segment(Connection& connection, unsigned side, std::uint8_t flags, std::size_t length);

    [[nodiscard]] Tuple random_outgoing(std::uint8_t protocol, const Endpoint& client);
    [[nodiscard]] Tuple random_incoming(std::uint8_t protocol);
    [[nodiscard]] Tuple random_to_host(std::uint8_t protocol, const Endpoint& client);
    [[nodiscard]] std::uint16_t host_port();
    [[nodiscard]] std::uint8_t datagram_protocol(); // UDP, SCTP or now and then ICMP

    [[nodiscard]] Datagram datagram(const Tuple& tuple);
    [[nodiscard]] Bytes sctp_behind_ports(const Tuple& tuple);
    [[nodiscard]] Shipment from(const std::string& endpoint, const Tuple& tuple);
    [[nodiscard]] Shipment sent_by(const std::string& endpoint, Datagram datagram);
    void perhaps_fragment(Shipment& shipment);

    Dice& dice_;
    const NatWorld& world_;
    ReferenceNat& reference_;
    std::list<Connection> connections_;
    std::vector<Tuple> remembered_; // answers of flows that may be gone
    std::uint16_t id_ = 0;
};

} // namespace pontoon::test
