#include "dataplane/bridge/arp.hpp"

namespace pontoon {

bool asks_for_gateway(const Packet& p, const BridgeDomain& domain) {
    if (!p.is_arp() || p.tagged) {
        return false;
    }
    const auto arp = p.header<ArpPacket>(p.l3);
    return arp.hardware_type == be16{1} && arp.protocol_type == be16{ether_type::kIpv4} &&
           arp.operation == be16{ArpPacket::kRequest} && arp.target_ip == domain.gateway;
}

void make_arp_reply(Packet& p, const BridgeDomain& domain) {
    auto arp = p.header<ArpPacket>(p.l3);
    arp.operation = be16{ArpPacket::kReply};
    arp.target_mac = arp.sender_mac;
    arp.target_ip = arp.sender_ip;
    arp.sender_mac = domain.gateway_mac;
    arp.sender_ip = domain.gateway;
    store(p.data + p.l3, arp);

    auto ethernet = p.header<EthernetHeader>(0);
    ethernet.destination = ethernet.source;
    ethernet.source = domain.gateway_mac;
    store(p.data, ethernet);
}

} // namespace pontoon
