// The gateway's ARP (RFC 826): it answers for its own address and leaves all others to their owners.
#pragma once

#include "dataplane/bridge/domain.hpp"
#include "dataplane/packet/packet.hpp"

namespace pontoon {

// True for an ARP request, outside of any VLAN, that asks for the gateway's address.
[[nodiscard]] bool asks_for_gateway(const Packet& packet, const BridgeDomain& domain);

// Turns a request into the reply to its sender, in place: `address` is at `mac`.
void make_arp_reply(Packet& packet, Mac mac, Ipv4 address);

// Writes the frame, kArpFrame bytes, that asks who has `wanted`.
inline constexpr std::uint16_t kArpFrame = 60; // the least that Ethernet carries
void make_arp_request(std::uint8_t* frame, Mac destination, Mac source, Ipv4 address, Ipv4 wanted);

} // namespace pontoon
