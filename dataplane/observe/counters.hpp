// What happened to packets, in numbers. Each counter has one writer, the worker that owns it; anybody may read.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "dataplane/packet/verdict.hpp"

namespace pontoon {

class Counter {
public:
    void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
    void subtract(std::uint64_t n) { add(std::uint64_t{0} - n); }
    void add(std::uint64_t n) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t read() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

template <typename Number>
struct PortCount {
    Number rx_packets{};
    Number rx_bytes{};
    Number tx_packets{};
    Number tx_bytes{};
    // Packets received here and dropped, and packets this port did not take (tx_full, frame_too_long, no_buffer).
    std::array<Number, kReasonCount> drops{};
};

// Every packet is in here: received + copied + originated = sent + merged + consumed + held + dropped.
template <typename Number>
struct TotalCount {
    Number received{}; // came in on a port
    // Made from others. A frame that leaves on three ports, in three fragments or as three segments is one received and
    // two copied.
    Number copied{};
    Number originated{}; // made by the switch: answers to ARP and ping
    Number sent{};       // left on a port
    Number merged{};     // went into another. Of three segments that became one packet, two
    Number consumed{};   // ended in the switch, their destination
    std::array<Number, kReasonCount> drops{};
};

template <typename Number>
struct FlowCount {
    Number created{};
    Number active{};
    Number expired{}; // gone by timeout; what else is gone went with its publish, endpoint or network, or was reopened
    Number refused{}; // packets that would have begun one: no port, no room, a limit
};

using FlowCounters = FlowCount<Counter>;
using FlowStats = FlowCount<std::uint64_t>;
using PortCounters = PortCount<Counter>;
using PortStats = PortCount<std::uint64_t>;
using TotalCounters = TotalCount<Counter>;
using TotalStats = TotalCount<std::uint64_t>;

// Sums up what workers counted.
void add(PortStats& sum, const PortCounters& counters);
void add(TotalStats& sum, const TotalCounters& counters);
void add(FlowStats& sum, const FlowCounters& counters);

struct Stats {
    std::map<std::string, PortStats> ports;
    TotalStats total;
    std::uint64_t held = 0; // on the way between workers, or waiting for a neighbour or the rest of its packet
    FlowStats flows;

    [[nodiscard]] std::uint64_t dropped() const;
    [[nodiscard]] bool is_conserved() const;
};

} // namespace pontoon
