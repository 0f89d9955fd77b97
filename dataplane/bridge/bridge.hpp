// The learning bridge of one network, as docker0 does it (IEEE 802.1D sections 7.7 and 7.8): learn the source, then
// forward to the port the destination is behind, flood what is unknown, broadcast or multicast, never back to where it
// came from. What is for the gateway's MAC leaves the bridge.
#pragma once

#include "dataplane/bridge/domain.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/verdict.hpp"

namespace pontoon {

// Where a burst is: its network, this worker's FDB of it, and the clock.
struct Segment {
    const BridgeDomain& domain;
    Fdb& fdb;
    Fdb::Arrival from;
};

// Learns the source MAC; a frame that may not be from where it came is `spoofed`.
[[nodiscard]] inline Fdb::Learned learn(const Packet& packet, const Segment& segment) {
    return segment.fdb.learn(packet.source_key, segment.from);
}

// The output port of a frame without fault that is no ARP, where all may talk to each other: from a known source, from
// one container to another. kNoPort for every other frame; then nothing is decided yet.
[[nodiscard, gnu::always_inline]] inline PortId find_plain_output(const Packet& packet, const Segment& segment) {
    if (!segment.fdb.knows(packet.source_key, segment.from)) {
        return kNoPort;
    }
    const PortId output = segment.fdb.find(packet.destination_key, segment.from.now);
    return output == kGatewayPort || output == segment.from.port ? kNoPort : output;
}

// The output port of a frame without fault: a port, kGatewayPort for the switch itself, or kNoPort to flood.
[[nodiscard]] inline PortId find_output(const Packet& packet, const Segment& segment) {
    const bool group = (packet.data[0] & 1) != 0;
    return group ? kNoPort : segment.fdb.find(packet.destination_key, segment.from.now);
}

// Whether icc=false stops this frame: any IP but neighbour discovery and what a link allows, answers included. Links
// hold no state, as Docker's rules for them (S-002).
[[nodiscard]] bool icc_denies(const Packet& packet, const BridgeDomain& domain);

// Whether a frame is the host's own or for it alone: icc=false is between containers.
[[nodiscard]] inline bool is_with_host(const Segment& segment, PortId output) {
    const PortId host = segment.domain.host;
    return host != kNoPort && (segment.from.port == host || output == host);
}

// Decides about a frame that is not for the gateway. `output` comes from `find_output`.
[[nodiscard]] inline Verdict bridge(const Packet& packet, const Segment& segment, PortId output) {
    if (output == kNoPort && packet.destination_mac().is_link_local()) {
        return drop(Reason::link_local_mac);
    }
    if (output == segment.from.port) {
        return drop(Reason::same_port);
    }
    if (!segment.domain.icc && !is_with_host(segment, output) && icc_denies(packet, segment.domain)) {
        const bool to_host = packet.destination_mac().is_group() && segment.domain.host != kNoPort;
        return to_host ? forward_to(segment.domain.host) : drop(Reason::icc_denied);
    }
    return output == kNoPort ? flood() : forward_to(output);
}

} // namespace pontoon
