// What became of a packet, and if it was dropped, why. One list gives the enum, the name that statistics use and
// the sentence that people read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pontoon {

// clang-format off
#define PONTOON_REASONS(_)                                                                              \
    /* the frame lies about itself (packet/parse) */                                                    \
    _(frame_truncated,           "the frame ends inside its Ethernet or VLAN header")                   \
    _(headers_scattered,         "the headers do not fit the packet's first buffer")                    \
    _(arp_truncated,             "the frame ends inside its ARP packet")                                \
    _(arp_bad_length,            "ARP for Ethernet and IPv4 with other address lengths than 6 and 4")   \
    _(ipv4_truncated,            "the frame ends inside its IPv4 header")                               \
    _(ipv4_bad_version,          "EtherType IPv4 but another IP version")                               \
    _(ipv4_bad_header_length,    "IPv4 header length under 20 or longer than the packet")               \
    _(ipv4_bad_total_length,     "IPv4 total length under the header's or longer than the frame")       \
    _(ipv4_bad_checksum,         "wrong IPv4 header checksum")                                          \
    _(ipv6_truncated,            "the frame ends inside its IPv6 header")                               \
    _(ipv6_bad_version,          "EtherType IPv6 but another IP version")                               \
    _(ipv6_bad_payload_length,   "IPv6 payload length longer than the frame")                           \
    _(ipv6_bad_extension,        "an IPv6 extension header runs past the packet, or there are too many")\
    _(fragment_bad_length,       "a fragment of no bytes, no multiple of 8, or ending behind byte 65535")\
    _(fragment_tiny,             "a first fragment that does not hold the transport header (RFC 1858)") \
    _(tcp_truncated,             "the packet ends inside its TCP header")                               \
    _(tcp_bad_header_length,     "TCP header length under 20 or longer than the segment")               \
    _(tcp_bad_checksum,          "wrong TCP checksum")                                                  \
    _(udp_truncated,             "the packet ends inside its UDP header")                               \
    _(udp_bad_length,            "UDP length under 8 or longer than the packet")                        \
    _(udp_bad_checksum,          "wrong UDP checksum")                                                  \
    _(sctp_truncated,            "the packet ends inside its SCTP header")                              \
    _(sctp_bad_checksum,         "wrong SCTP CRC32c")                                                   \
    _(icmp_truncated,            "the packet ends inside its ICMP header")                              \
    _(icmp_bad_checksum,         "wrong ICMP checksum")                                                 \
    _(icmp_bad_quote,            "an ICMP error that quotes no packet, or a malformed one")             \
    _(offload_bad,               "what the sender left to its hardware does not fit the packet")        \
    /* the bridge (bridge/bridge) */                                                                    \
    _(source_mac_invalid,        "the source MAC is a group address or zero")                           \
    _(source_mac_spoofed,        "the source MAC belongs to another endpoint or to the gateway")        \
    _(link_local_mac,            "a 802.1D link-local destination, never forwarded")                    \
    _(same_port,                 "the destination is behind the port the frame came from")              \
    _(no_other_port,             "nothing to flood to: the network has no other port")                  \
    _(icc_denied,                "inter-container communication is off in this network")                \
    /* the gateway (bridge/gateway) */                                                                  \
    _(gateway_no_service,        "for an address of the host itself, where nothing listens")           \
    _(gateway_fragment,          "a fragment for the gateway's address")                                \
    _(source_ip_invalid,         "an IPv4 source address that nobody can be answered at")               \
    _(gateway_unknown_protocol,  "for the gateway's MAC, but neither ARP nor IP, or inside a VLAN")     \
    _(network_isolated,          "for an address of another network")                                   \
    _(no_route,                  "no way out leads to the destination")                                 \
    /* fragments (ip/fragments) */                                                                      \
    _(fragment_overlap,          "pieces of a packet overlap, or disagree about its end (RFC 5722)")    \
    _(fragment_duplicate,        "a piece of a packet that brings no byte that was not seen")           \
    _(fragment_table_full,       "too many packets in pieces, or too many pieces of one")               \
    _(fragment_timeout,          "the first piece of the packet did not come in time")                  \
    /* the router (route/) */                                                                           \
    _(source_ip_foreign,         "an IPv4 source address outside of the network's subnet")              \
    _(not_for_us,                "on the uplink, but for another MAC or nobody we know")                \
    _(internal_network,          "the network is internal: no way out and none in")                     \
    _(direct_access,             "from outside straight to a container's address")                      \
    _(no_flow,                   "for a NAT port, but no flow expects it")                              \
    _(ttl_exceeded,              "the packet has no hops left")                                         \
    _(too_big,                   "longer than the MTU of the way on, and must not be fragmented")       \
    _(not_translatable,          "a protocol that has no ports to masquerade")                          \
    _(no_nat_port,               "all ports for masquerading are in use to this destination")           \
    _(flow_table_full,           "there is no room for another flow")                                   \
    _(endpoint_flow_limit,       "the container has as many flows as one may have")                     \
    _(tcp_not_syn,               "no connection, and not what begins one")                              \
    _(tcp_invalid_state,         "nothing that its TCP connection can send now")                        \
    _(tcp_out_of_window,         "outside of its TCP connection's window")                              \
    _(sctp_not_init,             "no association, and not what begins one")                             \
    _(sctp_fragment,             "a piece of SCTP: its checksum cannot be translated")                  \
    _(icmp_unrelated,            "an ICMP message about no known flow, or of a type that is not routed")\
    _(neighbor_unreachable,      "nobody answers ARP for the next hop")                                 \
    _(neighbor_queue_full,       "more packets than are held wait for the next hop's ARP")              \
    _(neighbor_table_full,       "there is no room for another neighbour")                              \
    _(no_buffer,                 "no packet buffer left for its pieces or a copy")                                \
    _(names_source_foreign,      "a question for names with an address that is not its endpoint's")     \
    _(names_no_endpoint,         "from the port of names, but no IPv4 for an endpoint that may ask")    \
    /* between ports (worker) */                                                                        \
    _(port_detached,             "the port is in no network of the configuration")                      \
    _(inbox_full,                "another worker did not keep up")                                      \
    _(frame_too_long,            "longer than the output port takes, and not to be segmented")          \
    _(tx_full,                   "the output port did not take the packet")
// clang-format on

enum class Reason : std::uint8_t {
    none,
#define PONTOON_REASON_ENUM(name, text) name,
    PONTOON_REASONS(PONTOON_REASON_ENUM)
#undef PONTOON_REASON_ENUM
};

struct ReasonText {
    std::string_view name;
    std::string_view text;
};

inline constexpr auto kReasonTexts = std::to_array<ReasonText>({{"none", ""},
#define PONTOON_REASON_TEXT(name, text) {#name, text},
                                                                PONTOON_REASONS(PONTOON_REASON_TEXT)
#undef PONTOON_REASON_TEXT
});
inline constexpr std::size_t kReasonCount = kReasonTexts.size();

[[nodiscard]] constexpr std::string_view name_of(Reason reason) {
    return kReasonTexts[static_cast<std::size_t>(reason)].name;
}
[[nodiscard]] constexpr std::string_view text_of(Reason reason) {
    return kReasonTexts[static_cast<std::size_t>(reason)].text;
}

// A packet's end. `port` says where a forwarded packet goes.
struct Verdict {
    enum class Kind : std::uint8_t {
        forwarded, // one copy to `port`
        flooded,   // one copy to every other port of the network
        replied,   // turned into the gateway's answer, back to `port`: the request is consumed, the answer originated
        consumed,  // the switch itself was the destination
        dropped,   // with `reason`
        answered,  // dropped with `reason`, and its buffer went back to `port` as the ICMP error about it
        held,      // the switch keeps it, or another worker goes on with it
    };

    Kind kind = Kind::dropped;
    Reason reason = Reason::none;
    std::uint16_t port = 0;
};

[[nodiscard]] constexpr Verdict forward_to(std::uint16_t port) {
    return {Verdict::Kind::forwarded, Reason::none, port};
}
[[nodiscard]] constexpr Verdict flood() {
    return {Verdict::Kind::flooded, Reason::none, 0};
}
[[nodiscard]] constexpr Verdict reply_to(std::uint16_t port) {
    return {Verdict::Kind::replied, Reason::none, port};
}
[[nodiscard]] constexpr Verdict consumed() {
    return {Verdict::Kind::consumed, Reason::none, 0};
}
[[nodiscard]] constexpr Verdict answer(Reason reason, std::uint16_t port) {
    return {Verdict::Kind::answered, reason, port};
}
[[nodiscard]] constexpr Verdict held() {
    return {Verdict::Kind::held, Reason::none, 0};
}
[[nodiscard]] constexpr Verdict drop(Reason reason) {
    return {Verdict::Kind::dropped, reason, 0};
}

} // namespace pontoon
