#include "dataplane/bridge/arp.hpp"

#include <cstring>

namespace pontoon {

bool asks_for_gateway(const Packet& p, const BridgeDomain& domain) {
    if (!p.is_arp() || p.tagged) {
        return false;
    }
    const auto arp = p.header<ArpPacket>(p.l3);
    return arp.hardware_type == be16{1} && arp.protocol_type == be16{ether_type::kIpv4} &&
           arp.operation == be16{ArpPacket::kRequest} && arp.target_ip == domain.gateway;
}

void make_arp_reply(Packet& p, Mac mac, Ipv4 address) {
    auto arp = p.header<ArpPacket>(p.l3);
    arp.operation = be16{ArpPacket::kReply};
    arp.target_mac = arp.sender_mac;
    arp.target_ip = arp.sender_ip;
    arp.sender_mac = mac;
    arp.sender_ip = address;
    store(p.data + p.l3, arp);

    auto ethernet = p.header<EthernetHeader>(0);
    ethernet.destination = ethernet.source;
    ethernet.source = mac;
    store(p.data, ethernet);
}

void make_arp_request(std::uint8_t* frame, Mac destination, Mac source, Ipv4 address, Ipv4 wanted) {
    std::memset(frame, 0, kArpFrame);
    store(frame, EthernetHeader{destination, source, be16{ether_type::kArp}});
    store(frame + sizeof(EthernetHeader), ArpPacket{be16{1}, be16{ether_type::kIpv4}, sizeof(Mac), sizeof(Ipv4),
                                                    be16{ArpPacket::kRequest}, source, address, Mac{}, wanted});
}

} // namespace pontoon
