// The story of packets, told by the stages they pass: a worker appends records, somebody else reads and prints them.
// Off unless asked for; a full trace forgets new records and counts them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/bridge/fdb.hpp"
#include "dataplane/packet/packet.hpp"

namespace pontoon {

struct TraceRecord {
    enum class Stage : std::uint8_t { received, learned, decided, sent };
    static constexpr std::size_t kHead = 160;

    Stage stage = Stage::received;
    PortId port = kNoPort;                      // received, learned: in; sent: out
    Fdb::Learned learned = Fdb::Learned::known; // learned
    Verdict verdict{};                          // decided
    Nanoseconds time = 0;                       // received
    std::uint32_t length = 0;                   // received: the frame's bytes
    std::uint16_t head_length = 0;              // received: how many of them are in `head`
    std::array<std::uint8_t, kHead> head;       // received; not set otherwise
};

class Trace {
public:
    explicit Trace(std::size_t records) { records_.reserve(records); }

    void received(const Packet& packet, PortId port, Nanoseconds time);
    void learned(PortId port, Fdb::Learned what);
    void decided(Verdict verdict);
    void sent(PortId port);

    [[nodiscard]] const std::vector<TraceRecord>& records() const { return records_; }
    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }
    void clear() { records_.clear(); }

private:
    TraceRecord* next(TraceRecord::Stage stage);

    std::vector<TraceRecord> records_;
    std::uint64_t forgotten_ = 0;
};

// A frame in one line, as tcpdump would put it: "IPv4 172.18.0.2.40000 > 172.18.0.3.80 TCP S, 60 bytes".
// `head` is its beginning, `length` its whole length.
[[nodiscard]] std::string describe(std::span<const std::uint8_t> head, std::uint32_t length);

} // namespace pontoon
