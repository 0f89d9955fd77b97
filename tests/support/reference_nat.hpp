// A NAT that is slow and obvious: the rules of Docker's iptables and Linux's connection tracking written down once more
// over a plain list of flows, for the engine to be held against. Shares no code with the engine but the Config.
//
// What the rules leave open (which NAT port; whether a flow lives on after its network's masquerading was switched) is
// a choice of outcomes; whoever compares finds the one that came true and commits it.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/config.hpp"
#include "tests/support/datagram.hpp"
#include "tests/support/reference_flow.hpp"

namespace pontoon::test {

struct Delivery {
    std::string port;
    Datagram datagram;
};

// One thing that may become of a packet.
struct Outcome {
    std::string what;                   // in words
    std::optional<Delivery> delivery{}; // none: dropped
    std::vector<std::string> reasons{}; // dropped: which Reason it has to be; none: any
    // If set, the switch chooses source address and port; says what is wrong with a choice, or nothing.
    std::function<std::string(Ipv4 address, std::uint16_t port)> objection{};
    std::function<void(const Tuple& left)> commit{}; // with the tuple of what left
};

// What is wrong with `actual` (none: nothing left) if `outcome` is what should be; empty if nothing.
[[nodiscard]] std::string mismatch(const Outcome& outcome, const std::optional<Delivery>& actual);

class ReferenceNat {
public:
    explicit ReferenceNat(unsigned workers) : workers_(workers) {}

    // From here on `config` holds. Ends the flows that it leaves no ground for.
    void configure(const Config& config);
    // Time goes on; flows whose end has come are gone.
    void advance(std::uint64_t now);
    // Everything that may become of a packet that `port` receives now; at least one.
    [[nodiscard]] std::vector<Outcome> outcomes(const std::string& port, const Datagram& datagram);

    [[nodiscard]] const std::list<Flow>& flows() const { return flows_; }
    // The flow that a packet with this tuple belongs to, and in which direction.
    struct Found {
        Flow* flow = nullptr;
        unsigned direction = 0;
    };
    [[nodiscard]] Found find(const Tuple& tuple);
    // Nobody can tell in which of several ways the packet with this tuple passed, so what its flow is now is open.
    void doubt(const Tuple& tuple);
    [[nodiscard]] std::uint64_t now() const { return now_; }

private:
    using Outcomes = std::vector<Outcome>;

    [[nodiscard]] Outcomes from_outside(const Datagram& datagram);
    [[nodiscard]] Outcomes from_container(const Endpoint& endpoint, const Datagram& datagram);
    [[nodiscard]] Outcomes bridged(const Endpoint& endpoint, const Datagram& datagram) const;
    [[nodiscard]] Outcomes to_host(const Endpoint& client, const Datagram& datagram);
    [[nodiscard]] Outcomes new_flow(const std::string& port, const Datagram& datagram);
    [[nodiscard]] Outcomes error(const std::string& port, const Datagram& datagram);
    // If the host is attached to the client's network and nothing else has to do with the packet.
    [[nodiscard]] Outcomes to_attached_host(const Endpoint& client, const Datagram& datagram) const;

    // Source kept; or one of `addresses` with a NAT port.
    [[nodiscard]] Outcomes keeping_source(const Datagram& datagram, const Flow& flow);
    [[nodiscard]] Outcomes masquerading(const Datagram& datagram, const Flow& flow, const std::vector<Ipv4>& addresses);
    [[nodiscard]] Outcome creation(std::string what, const Datagram& datagram, const Flow& flow);

    [[nodiscard]] Outcome passing(Flow& flow, unsigned direction, const Datagram& datagram);
    [[nodiscard]] Delivery routed(const Datagram& datagram, const Tuple& to, const std::string& receiver) const;
    [[nodiscard]] bool is_free(const Tuple& answer, bool doubtful_is_free);
    [[nodiscard]] std::size_t ports_in_use(const Flow& flow, Ipv4 address, bool doubtful_too);
    [[nodiscard]] std::string objection(const Flow& flow, const std::vector<Ipv4>& addresses, Ipv4 address,
                                        std::uint16_t port);
    [[nodiscard]] bool may_refuse(const Flow& flow, const std::vector<Ipv4>& addresses);
    [[nodiscard]] bool lives_on(Flow& flow, const Config& config) const;
    void forget(std::uint64_t number);

    unsigned workers_;
    Config config_;
    std::list<Flow> flows_;
    std::uint64_t now_ = 0;
    std::uint64_t made_ = 0;
};

} // namespace pontoon::test
