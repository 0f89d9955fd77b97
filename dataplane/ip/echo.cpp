#include "dataplane/ip/echo.hpp"

#include <utility>

namespace pontoon {

bool is_echo_request(const Packet& p) {
    return p.is_ipv4() && !p.fragment && p.protocol == protocol::kIcmp &&
           p.header<IcmpHeader>(p.l4).type == icmp::kEchoRequest;
}

void make_echo_reply(Packet& p) {
    constexpr std::uint8_t ttl = 64; // what Linux sends
    auto ethernet = p.header<EthernetHeader>(0);
    std::swap(ethernet.source, ethernet.destination);
    store(p.data, ethernet);

    auto ip = p.header<Ipv4Header>(p.l3);
    std::swap(ip.source, ip.destination);
    ip.ttl = ttl;
    ip.checksum = be16{};
    store(p.data + p.l3, ip);
    ip.checksum = checksum_of(sum_bytes(p.data + p.l3, ip.header_length()));
    store(p.data + p.l3, ip);

    auto echo = p.header<IcmpHeader>(p.l4);
    const be16 before{static_cast<std::uint16_t>(echo.type << 8 | echo.code)};
    echo.type = icmp::kEchoReply;
    const be16 after{static_cast<std::uint16_t>(echo.type << 8 | echo.code)};
    echo.checksum = updated(echo.checksum, before, after);
    store(p.data + p.l4, echo);
}

} // namespace pontoon
