// The story of packets, told by the stages they pass: a worker appends records, somebody else reads and prints them.
// Off unless asked for; a full trace forgets new records and counts them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/bridge/fdb.hpp"
#include "dataplane/flow/half.hpp"
#include "dataplane/packet/packet.hpp"

namespace pontoon {

struct TraceRecord {
    enum class Stage : std::uint8_t {
        received,    // begins a story: a port brought a packet
        resumed,     // begins one: a packet goes on that another worker handed over, or that waited
        asked,       // a story by itself: the switch asks where a neighbour is
        learned,     // the FDB learned the source
        followed,    // the packet is of a flow
        waits,       // until a neighbour answers, or the packet's first piece comes
        handed_over, // to another worker
        decided,
        sent,
    };
    static constexpr std::size_t kHead = 160;

    Stage stage = Stage::received;
    std::uint32_t story = 0;                    // which packet's
    PortId port = kNoPort;                      // received, resumed, learned: in; asked, sent: out
    std::uint16_t worker = 0;                   // handed_over, resumed: who goes on with it
    bool waited = false;                        // resumed: it was not another worker's
    Fdb::Learned learned = Fdb::Learned::known; // learned
    Verdict verdict{};                          // decided
    Flow::Kind flow = Flow::Kind::free;         // followed
    bool fresh = false;                         // followed: the packet began the flow
    bool back = false;                          // followed: the packet is of the side that did not begin it
    bool error = false;                         // followed: the packet is an ICMP error about the flow
    FlowKey translated{};                       // followed: what packets of this direction become
    Ipv4 neighbor{};                            // waits: for it; unspecified: for the first piece
    Nanoseconds time = 0;                       // received, resumed, asked
    std::uint32_t length = 0;                   // received, resumed, asked, sent: the frame's bytes
    std::uint16_t head_length = 0;              // and how many of them are in `head`
    std::array<std::uint8_t, kHead> head;       // not set otherwise
};

class Trace {
public:
    explicit Trace(std::size_t records) { records_.reserve(records); }

    void received(const Packet& packet, PortId port, Nanoseconds time);
    // A packet that `worker` takes from another one or, where that is nothing, one that waited.
    void resumed(const rte_mbuf* mbuf, PortId port, Nanoseconds time, std::optional<unsigned> worker);
    void asked(const rte_mbuf* mbuf, PortId port, Nanoseconds time);
    void learned(PortId port, Fdb::Learned what);
    void followed(const Flow& flow, const Half& other, bool back, bool fresh, bool error);
    void waits(Ipv4 neighbor);
    void handed_over(unsigned worker);
    void decided(Verdict verdict);
    // `mbuf` is as it leaves, or null.
    void sent(PortId port, const rte_mbuf* mbuf);

    // Another packet's story may be told in the middle of one; this goes back to it.
    [[nodiscard]] std::uint32_t story() const { return story_; }
    void go_on_with(std::uint32_t story) { story_ = story; }

    [[nodiscard]] const std::vector<TraceRecord>& records() const { return records_; }
    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }
    void clear() {
        records_.clear();
        forgotten_ = 0;
    }

private:
    TraceRecord* next(TraceRecord::Stage stage);
    TraceRecord* begin(TraceRecord::Stage stage, PortId port, Nanoseconds time);

    std::vector<TraceRecord> records_;
    std::uint64_t forgotten_ = 0;
    std::uint32_t stories_ = 0;
    std::uint32_t story_ = 0;
};

// A frame in one line, as tcpdump would put it: "IPv4 172.18.0.2.40000 > 172.18.0.3.80 TCP S, 60 bytes".
// `head` is its beginning, `length` its whole length.
[[nodiscard]] std::string describe(std::span<const std::uint8_t> head, std::uint32_t length);

} // namespace pontoon
