// TCP segments for tests, made as bytes and read by segment_of; and a connection to send them through.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "dataplane/config.hpp"
#include "dataplane/flow/tcp.hpp"

namespace pontoon::segments {

inline constexpr unsigned kSyn = tcp::kSyn;
inline constexpr unsigned kSynAck = tcp::kSyn | tcp::kAck;
inline constexpr unsigned kAck = tcp::kAck;
inline constexpr unsigned kFin = tcp::kFin | tcp::kAck;
inline constexpr unsigned kReset = tcp::kReset;
inline constexpr unsigned kResetAck = tcp::kReset | tcp::kAck;

using Options = std::vector<std::uint8_t>;

struct Fields {
    unsigned flags;
    std::uint32_t sequence;
    std::uint32_t acknowledgment = 0;
    std::uint32_t payload = 0;
    std::uint16_t window = 1000;
    Options options{};
};

// The segment's header; its options are filled up to whole words.
[[nodiscard, gnu::noinline]] inline std::vector<std::uint8_t> header(const Fields& fields) { // else gcc 12 sees a size
    const std::size_t words = 5 + (fields.options.size() + 3) / 4;
    TcpHeader tcp{};
    tcp.source = be16{40000};
    tcp.destination = be16{80};
    tcp.sequence = be32{fields.sequence};
    tcp.acknowledgment = be32{fields.acknowledgment};
    tcp.data_offset = static_cast<std::uint8_t>(words << 4);
    tcp.flags = static_cast<std::uint8_t>(fields.flags);
    tcp.window = be16{fields.window};
    std::vector<std::uint8_t> bytes(words * 4);
    store(bytes.data(), tcp);
    std::copy(fields.options.begin(), fields.options.end(), bytes.begin() + sizeof tcp);
    return bytes;
}

[[nodiscard]] inline TcpSegment segment(const Fields& fields) {
    const auto bytes = header(fields);
    return segment_of(bytes.data(), static_cast<std::uint32_t>(bytes.size()) + fields.payload);
}

[[nodiscard]] inline Options scaling(std::uint8_t scale) {
    return {1, 3, 3, scale};
}
[[nodiscard]] inline Options sack_permitted() {
    return {4, 2};
}
[[nodiscard]] inline Options sack(std::uint32_t left, std::uint32_t right) {
    Options options(12, 1);
    options[2] = 5;
    options[3] = 10;
    store(options.data() + 4, be32{left});
    store(options.data() + 8, be32{right});
    return options;
}
[[nodiscard]] inline Options operator+(Options a, const Options& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// Client and server, as seen in the middle.
struct Connection {
    TcpTrack track{};
    TcpPolicy policy{};

    // The numbers of the connections that `open` and `establish` make: the next that each side sends.
    static constexpr std::uint32_t kClient = 101;
    static constexpr std::uint32_t kServer = 501;

    bool begin(const Fields& fields) { return tcp_begin(track, segment(fields), policy); }
    TcpVerdict client(const Fields& fields) { return tcp_track(track, 0, segment(fields), policy); }
    TcpVerdict server(const Fields& fields) { return tcp_track(track, 1, segment(fields), policy); }
    [[nodiscard]] std::uint32_t timeout(const Conntrack& conntrack = {}) const { return timeout_of(track, conntrack); }

    // SYN, SYN and ACK, ACK.
    bool establish(const Options& client_options = {}, const Options& server_options = {}) {
        const bool opened = begin({.flags = kSyn, .sequence = kClient - 1, .options = client_options});
        const auto answer =
            server({.flags = kSynAck, .sequence = kServer - 1, .acknowledgment = kClient, .options = server_options});
        const auto last = client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer});
        return opened && answer == TcpVerdict::pass && last == TcpVerdict::pass;
    }
    [[nodiscard]] static Connection established(const Options& client_options = {},
                                                const Options& server_options = {}) {
        Connection connection;
        if (!connection.establish(client_options, server_options)) {
            connection.track.state = TcpState::none;
        }
        return connection;
    }
};

} // namespace pontoon::segments
