// A NAT that plays by the reference's own rules and chooses at random what they leave open, with faults on request: it
// shows that a match ends well with a right NAT and finds each fault in a wrong one.
#pragma once

#include <map>

#include "tests/unit/nat_match.hpp"

namespace pontoon::test {

enum class Fault {
    none,
    keeps_ttl,
    wrong_sum,
    takes_any_port,    // NAT ports that others have
    refuses_early,     // with a NAT port left
    open_to_strangers, // answers from anybody
    forgets_flows,     // after half of their time
    keeps_flows,       // beyond their time
    keeps_publishing,  // what has flows
    quotes_untranslated,
    loses_a_piece,
    ignores_icc,
};

class NatOracle final : public NatUnderTest {
public:
    NatOracle(unsigned workers, std::uint64_t seed, Fault fault) : dice_(seed), fault_(fault), nat_(workers) {}

    void publish(const Config& config) override;
    PortFrames run(std::uint64_t now, const PortFrames& frames) override;
    std::map<std::string, std::uint64_t> drops() override { return drops_; }
    std::string complaint() override { return ""; }

private:
    [[nodiscard]] std::optional<Delivery> treat(const std::string& port, const Datagram& datagram);
    [[nodiscard]] bool choose(const Outcome& outcome, Datagram& datagram);
    [[nodiscard]] std::optional<std::pair<Datagram, std::vector<std::size_t>>> completed(const Datagram& piece);
    void spoil(const Datagram& datagram, Delivery& delivery);

    Dice dice_;
    Fault fault_;
    Config config_;
    ReferenceNat nat_;
    std::map<std::string, std::uint64_t> drops_;
    std::map<std::uint16_t, std::vector<Datagram>> pieces_;
};

} // namespace pontoon::test
