// A match between a NAT and the reference: the same random packets through both, packet by packet, until they differ.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/nat_traffic.hpp"

namespace pontoon::test {

using PortFrames = std::vector<std::pair<std::string, Bytes>>;

// What is held against the reference.
class NatUnderTest {
public:
    virtual ~NatUnderTest() = default;
    virtual void publish(const Config& config) = 0;
    // Feeds all of it and returns what leaves, in order on each port.
    virtual PortFrames run(std::uint64_t now, const PortFrames& frames) = 0;
    // Packets dropped so far, by reason; empty if it does not tell.
    virtual std::map<std::string, std::uint64_t> drops() = 0;
    // What is wrong with its counters or buffers; empty if nothing.
    virtual std::string complaint() = 0;
};

struct MatchOptions {
    std::uint64_t seed = 1;
    unsigned workers = 1;
    std::uint64_t steps = 1000;
};

class NatMatch {
public:
    NatMatch(const MatchOptions& options, NatUnderTest& tested);

    // All steps. What differed, or nothing.
    [[nodiscard]] std::string play();
    // How often each kind of outcome came true.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& outcomes() const { return outcomes_; }

private:
    struct Left {
        std::string port;
        Datagram datagram;
        Bytes frame;
    };

    [[nodiscard]] std::string step();
    void pass_time();
    void change_world();
    [[nodiscard]] std::string send(const std::vector<Shipment>& shipments);
    [[nodiscard]] std::string sort(const PortFrames& sent, const std::vector<Shipment>& shipments);
    [[nodiscard]] std::string judge(const Shipment& shipment, const std::string& dropped_for);
    // What left of a shipment, put together again; or what is wrong with it.
    [[nodiscard]] std::pair<std::optional<Delivery>, std::string> whole_of(const Shipment& shipment);
    [[nodiscard]] std::string report(const Shipment& shipment, const std::vector<Outcome>& outcomes,
                                     const std::string& came) const;
    void note(std::string line);

    MatchOptions options_;
    NatUnderTest& tested_;
    Dice dice_;
    NatWorld world_;
    ReferenceNat reference_;
    NatTraffic traffic_;
    std::uint64_t now_ = 1000 * kSecond;
    std::uint64_t step_ = 0;
    std::map<std::uint16_t, std::vector<Left>> left_; // of this step, by IP id
    std::deque<std::string> history_;
    std::map<std::string, std::uint64_t> outcomes_;
};

} // namespace pontoon::test
