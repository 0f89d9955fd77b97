#include "tools/transport_frames.hpp"

#include "dataplane/wire/checksum.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kL3 = sizeof(EthernetHeader);
constexpr std::size_t kL4 = kL3 + sizeof(Ipv4Header);

// Ethernet and IPv4 headers in a frame of `size`; the packet ends `ip_length` bytes behind the former.
Frame ipv4_frame(const Ends& ends, unsigned size, std::size_t ip_length, std::uint8_t protocol) {
    Frame frame(size - kFcs);
    store(frame.data(), EthernetHeader{ends.destination_mac, ends.source_mac, be16{ether_type::kIpv4}});
    Ipv4Header ip{};
    ip.version_and_length = 0x45;
    ip.total_length = be16{static_cast<std::uint16_t>(ip_length)};
    ip.ttl = 64;
    ip.protocol = protocol;
    ip.source = ends.source;
    ip.destination = ends.destination;
    store(frame.data() + kL3, ip);
    seal_ipv4(frame.data() + kL3);
    return frame;
}

be16 transport_checksum(const Frame& frame, const Ends& ends, std::size_t length, std::uint8_t protocol) {
    const Sum pseudo = sum_pseudo_header(ends.source, ends.destination, protocol, static_cast<std::uint32_t>(length));
    return checksum_of(sum_bytes(frame.data() + kL4, length, pseudo));
}

} // namespace

Frame udp_frame(const Ends& ends, unsigned size) {
    Frame frame = ipv4_frame(ends, size, size - kFcs - kL3, protocol::kUdp);
    const std::size_t length = frame.size() - kL4;
    UdpHeader udp{be16{ends.source_port}, be16{ends.destination_port}, be16{static_cast<std::uint16_t>(length)}, {}};
    store(frame.data() + kL4, udp);
    udp.checksum = transport_checksum(frame, ends, length, protocol::kUdp);
    if (udp.checksum == be16{0}) {
        udp.checksum = be16{0xffff}; // zero would say that there is none (RFC 768)
    }
    store(frame.data() + kL4, udp);
    return frame;
}

Frame tcp_frame(const Ends& ends, const TcpFields& fields, unsigned size) {
    const std::size_t length = size == 64 ? sizeof(TcpHeader) : size - kFcs - kL4;
    Frame frame = ipv4_frame(ends, size, sizeof(Ipv4Header) + length, protocol::kTcp);
    TcpHeader tcp{};
    tcp.source = be16{ends.source_port};
    tcp.destination = be16{ends.destination_port};
    tcp.sequence = be32{fields.sequence};
    tcp.acknowledgment = be32{fields.acknowledgment};
    tcp.data_offset = 5 << 4;
    tcp.flags = fields.flags;
    tcp.window = be16{0xffff};
    store(frame.data() + kL4, tcp);
    tcp.checksum = transport_checksum(frame, ends, length, protocol::kTcp);
    store(frame.data() + kL4, tcp);
    return frame;
}

std::optional<Ends> ends_of(std::span<const std::uint8_t> frame) {
    if (frame.size() < kL4 + sizeof(UdpHeader)) {
        return std::nullopt;
    }
    const auto ethernet = load<EthernetHeader>(frame.data());
    const auto ip = load<Ipv4Header>(frame.data() + kL3);
    if (ethernet.type != be16{ether_type::kIpv4} || ip.version_and_length != 0x45 || ip.is_fragment() ||
        (ip.protocol != protocol::kUdp && ip.protocol != protocol::kTcp)) {
        return std::nullopt;
    }
    const auto source_port = load<be16>(frame.data() + kL4);
    const auto destination_port = load<be16>(frame.data() + kL4 + sizeof(be16));
    return Ends{ethernet.source, ethernet.destination, ip.source,
                ip.destination,  source_port.host(),   destination_port.host()};
}

} // namespace pontoon
