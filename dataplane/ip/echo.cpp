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
    store(p.data + p.l3, ip);
    seal_ipv4(p.data + p.l3);

    // Summed anew: RFC 1624's update gives 0 where all of the answer is zero, and that is wrong.
    auto echo = p.header<IcmpHeader>(p.l4);
    echo.type = icmp::kEchoReply;
    echo.checksum = be16{};
    store(p.data + p.l4, echo);
    echo.checksum = checksum_of(sum_range(p, p.l4, p.l4_length(), 0));
    store(p.data + p.l4, echo);
}

} // namespace pontoon
