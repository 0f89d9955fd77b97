#include <fmt/format.h>

#include <string_view>

#include "dataplane/observe/trace.hpp"
#include "dataplane/packet/parse.hpp"

namespace pontoon {

namespace {

std::string_view known_type(std::uint16_t type) {
    switch (type) {
    case 0x0842: return "Wake-on-LAN";
    case 0x8863: return "PPPoE discovery";
    case 0x8864: return "PPPoE session";
    case 0x888e: return "802.1X";
    case 0x88cc: return "LLDP";
    default: return type < 0x0600 ? "LLC" : "";
    }
}

std::string tcp_flags(std::uint8_t flags) {
    static constexpr std::string_view letters = "FSRPAUEC";
    std::string text;
    for (std::size_t bit = 0; bit < letters.size(); ++bit) {
        if ((flags >> bit & 1) != 0) {
            text += letters[bit];
        }
    }
    return text;
}

std::string describe_arp(const Packet& p) {
    const auto arp = p.header<ArpPacket>(p.l3);
    if (arp.operation == be16{ArpPacket::kRequest}) {
        return fmt::format("ARP who has {}? tell {}", arp.target_ip.to_string(), arp.sender_ip.to_string());
    }
    return fmt::format("ARP {} is at {}", arp.sender_ip.to_string(), arp.sender_mac.to_string());
}

std::string_view icmp_name(std::uint8_t type) {
    switch (type) {
    case icmp::kEchoReply: return "echo reply";
    case icmp::kUnreachable: return "unreachable";
    case icmp::kRedirect: return "redirect";
    case icmp::kEchoRequest: return "echo request";
    case icmp::kTimeExceeded: return "time exceeded";
    default: return "";
    }
}

std::string_view icmp6_name(std::uint8_t type) {
    switch (type) {
    case 1: return "unreachable";
    case 2: return "packet too big";
    case 3: return "time exceeded";
    case icmp6::kEchoRequest: return "echo request";
    case icmp6::kEchoReply: return "echo reply";
    case 133: return "router solicitation";
    case 134: return "router advertisement";
    case icmp6::kNeighborSolicitation: return "neighbor solicitation";
    case icmp6::kNeighborAdvertisement: return "neighbor advertisement";
    case 143: return "multicast listener report";
    default: return "";
    }
}

std::string describe_icmp(const Packet& p) {
    const auto& icmp = p.header<IcmpHeader>(p.l4);
    const auto name = p.is_ipv6() ? icmp6_name(icmp.type) : icmp_name(icmp.type);
    std::string text = name.empty() ? fmt::format("type {}", icmp.type) : std::string(name);
    if (name.starts_with("echo")) {
        text += fmt::format(" id {} seq {}", icmp.id.host(), icmp.sequence.host());
    } else if (icmp.code != 0) {
        text += fmt::format(" code {}", icmp.code);
    }
    return text;
}

// "ADDRESS.PORT > ADDRESS.PORT PROTOCOL ...".
std::string describe_ip(const Packet& p) {
    const std::string source =
        p.is_ipv4() ? p.header<Ipv4Header>(p.l3).source.to_string() : p.header<Ipv6Header>(p.l3).source.to_string();
    const std::string destination = p.is_ipv4() ? p.header<Ipv4Header>(p.l3).destination.to_string()
                                                : p.header<Ipv6Header>(p.l3).destination.to_string();
    const bool readable =
        p.l4 != 0 && p.has(p.l4, p.protocol == protocol::kTcp ? sizeof(TcpHeader) : sizeof(UdpHeader));
    const bool ports =
        readable && (p.protocol == protocol::kTcp || p.protocol == protocol::kUdp || p.protocol == protocol::kSctp);
    if (ports) {
        const auto udp = p.header<UdpHeader>(p.l4);
        const std::string name = p.protocol == protocol::kTcp
                                     ? "TCP " + tcp_flags(p.header<TcpHeader>(p.l4).flags)
                                     : std::string(p.protocol == protocol::kUdp ? "UDP" : "SCTP");
        return fmt::format("{}.{} > {}.{} {}", source, udp.source.host(), destination, udp.destination.host(), name);
    }
    const auto ends = fmt::format("{} > {} ", source, destination);
    const bool icmp = p.protocol == (p.is_ipv4() ? protocol::kIcmp : protocol::kIcmp6);
    if (icmp && p.l4 != 0 && p.has(p.l4, sizeof(IcmpHeader))) {
        return ends + (p.is_ipv4() ? "ICMP " : "ICMPv6 ") + describe_icmp(p);
    }
    return ends + (p.fragment ? "fragment" : fmt::format("protocol {}", p.protocol));
}

} // namespace

std::string describe(std::span<const std::uint8_t> head, std::uint32_t length) {
    std::vector<std::uint8_t> bytes(head.begin(), head.end());
    Packet p;
    p.data = bytes.data();
    p.length = length;
    p.first = static_cast<std::uint16_t>(bytes.size());
    p.csum_trusted = true;
    parse(p);
    if (p.l3 == 0) {
        return fmt::format("{} bytes that are no frame", length);
    }
    const auto macs = fmt::format("{} > {}", p.source_mac().to_string(), p.destination_mac().to_string());
    std::string what;
    const bool whole = p.fault == Reason::none || p.fault == Reason::headers_scattered;
    if (whole && p.is_arp() && p.has(p.l3, sizeof(ArpPacket))) {
        what = describe_arp(p);
    } else if (p.is_ip() && p.ip_length != 0) {
        what = describe_ip(p);
    } else {
        const auto name = known_type(p.type);
        what = fmt::format("{} {} (0x{:04x})", macs, name.empty() ? "EtherType" : name, p.type);
    }
    return fmt::format("{}{}, {} bytes", p.tagged ? "VLAN " : "", what, length);
}

} // namespace pontoon
