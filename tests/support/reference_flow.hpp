// A tracked flow of the reference NAT, and how it ages: netfilter's connection tracking (nf_conntrack_proto_tcp.c and
// its siblings), for packets that are legal and inside of the window.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "dataplane/config.hpp"
#include "tests/support/datagram.hpp"

namespace pontoon::test {

inline constexpr std::uint64_t kMillisecond = 1'000'000;
inline constexpr std::uint64_t kSecond = 1'000'000'000;

// How far an SCTP association is (RFC 9260 section 5.1).
enum class SctpState { init, init_ack, cookie_echo, established };

// Linux's names: enum tcp_conntrack.
enum class TcpState { none, syn_sent, syn_recv, established, fin_wait, close_wait, last_ack, time_wait, close };

struct Flow {
    std::uint64_t number = 0;   // in the order of creation
    std::array<Tuple, 2> in{};  // as packets arrive: of whoever began it, and the answers
    std::array<Tuple, 2> out{}; // as they leave
    std::string client, server; // endpoints; empty: outside
    std::string client_network; // empty: outside
    std::optional<Publish> publish{};
    std::uint64_t end = 0;        // nanoseconds
    std::uint64_t doubt_from = 0; // from here to its end the rules do not say whether it lives; 0: they do
    bool replied = false;
    bool doubtful = false; // the rules do not say whether it lives on
    TcpState tcp = TcpState::none;
    SctpState sctp = SctpState::init;
    std::array<std::uint32_t, 2> sent_up_to{}; // TCP sequence numbers
    std::array<bool, 2> unacknowledged{};
    // The last packets that went through, as they came and as they left.
    std::array<std::optional<Datagram>, 2> arrived{}, left{};
};

// A flow of which the first packet arrives as `arrives` and leaves as `leaves`.
[[nodiscard]] Flow flow_of(const Tuple& arrives, const Tuple& leaves);

// What a packet that passes does to its flow; `direction` 0 is that of its first packet.
void track(Flow& flow, unsigned direction, const Datagram& arrived, const Datagram& left, const Conntrack& timeouts,
           std::uint64_t now);

[[nodiscard]] std::string text_of(const Flow& flow);

} // namespace pontoon::test
