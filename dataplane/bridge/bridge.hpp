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
    PortId port;
    Fdb::Tick now;
};

// Learns the source MAC; a frame that may not be from where it came is `spoofed`.
[[nodiscard]] inline Fdb::Learned learn(const Packet& packet, const Segment& segment) {
    return segment.fdb.learn(packet.source_key, segment.port, segment.now);
}

// The output port of a frame without fault: a port, kGatewayPort for the switch itself, or kNoPort to flood.
[[nodiscard]] inline PortId find_output(const Packet& packet, const Segment& segment) {
    const bool group = (packet.data[0] & 1) != 0;
    return group ? kNoPort : segment.fdb.find(packet.destination_key, segment.now);
}

// Whether icc=false stops this frame: any IP but neighbour discovery.
[[nodiscard]] bool icc_denies(const Packet& packet);

// Decides about a frame that is not for the gateway. `output` comes from `find_output`.
[[nodiscard]] inline Verdict bridge(const Packet& packet, const Segment& segment, PortId output) {
    if (output == kNoPort && packet.destination_mac().is_link_local()) {
        return drop(Reason::link_local_mac);
    }
    if (output == segment.port) {
        return drop(Reason::same_port);
    }
    if (!segment.domain.icc && icc_denies(packet)) {
        return drop(Reason::icc_denied);
    }
    return output == kNoPort ? flood() : forward_to(output);
}

} // namespace pontoon
