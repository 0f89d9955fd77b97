#include "tests/support/sums.hpp"

namespace pontoon::test {

namespace {

using View = std::span<const std::uint8_t>;

unsigned u16_at(View bytes, std::size_t at) {
    return at + 2 <= bytes.size() ? bytes[at] * 256U + bytes[at + 1] : 0;
}

bool sums_up(View pseudo, View bytes) {
    Bytes all(pseudo.begin(), pseudo.end());
    all.insert(all.end(), bytes.begin(), bytes.end());
    return internet_sum(all) == 0xffff;
}

bool is_crc_right(View sctp) {
    Bytes zeroed(sctp.begin(), sctp.end());
    std::uint32_t stored = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        stored |= std::uint32_t{sctp[8 + i]} << (8 * i);
        zeroed[8 + i] = 0;
    }
    return crc32c(zeroed) == stored;
}

std::optional<std::string> check_transport(View source, View destination, unsigned protocol, View body) {
    constexpr unsigned icmp = 1, tcp = 6, udp = 17, icmp6 = 58, sctp = 132;
    const auto pseudo = pseudo_header(source, destination, static_cast<std::uint8_t>(protocol), body.size());
    if (protocol == icmp && !sums_up({}, body)) {
        return "the ICMP checksum is wrong";
    }
    if (protocol == icmp6 && !sums_up(pseudo, body)) {
        return "the ICMPv6 checksum is wrong";
    }
    if (protocol == tcp && !sums_up(pseudo, body)) {
        return "the TCP checksum is wrong";
    }
    if (protocol == udp && u16_at(body, 6) != 0 && !sums_up(pseudo, body)) {
        return "the UDP checksum is wrong";
    }
    if (protocol == sctp && (body.size() < 12 || !is_crc_right(body))) {
        return "the SCTP checksum is wrong";
    }
    return std::nullopt;
}

std::optional<std::string> check_ipv4(View packet) {
    const std::size_t header = packet.empty() ? 0 : (packet[0] & 15U) * 4;
    const std::size_t total = u16_at(packet, 2);
    if (header < 20 || header > total || total > packet.size()) {
        return "the IPv4 lengths are wrong";
    }
    if (internet_sum(packet.first(header)) != 0xffff) {
        return "the IPv4 header checksum is wrong";
    }
    const bool fragment = (u16_at(packet, 6) & 0x3fff) != 0;
    return fragment ? std::nullopt
                    : check_transport(packet.subspan(12, 4), packet.subspan(16, 4), packet[9],
                                      packet.subspan(header, total - header));
}

std::optional<std::string> check_ipv6(View packet) {
    constexpr unsigned hop_by_hop = 0, routing = 43, fragment = 44, destination_options = 60;
    const std::size_t end = 40 + u16_at(packet, 4);
    if (packet.size() < 40 || end > packet.size()) {
        return "the IPv6 lengths are wrong";
    }
    unsigned next = packet[6];
    std::size_t at = 40;
    while (next == hop_by_hop || next == routing || next == destination_options) {
        if (at + 8 > end) {
            return "an IPv6 extension header is cut";
        }
        next = packet[at];
        at += (packet[at + 1] + std::size_t{1}) * 8;
    }
    if (at > end) {
        return "an IPv6 extension header is cut";
    }
    return next == fragment
               ? std::nullopt
               : check_transport(packet.subspan(8, 16), packet.subspan(24, 16), next, packet.subspan(at, end - at));
}

} // namespace

std::uint16_t internet_sum(View bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        sum += i % 2 == 0 ? bytes[i] * 256U : bytes[i];
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

std::uint32_t crc32c(View bytes) {
    constexpr std::uint32_t polynomial = 0x82f63b78; // 0x1edc6f41 with its bits reversed
    std::uint32_t crc = 0xffffffff;
    for (const auto byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ polynomial : crc >> 1;
        }
    }
    return ~crc;
}

Bytes pseudo_header(View source, View destination, std::uint8_t protocol, std::size_t length) {
    return Writer().put(source).put(destination).u32(length).zeros(3).u8(protocol).take();
}

std::optional<std::string> find_wrong_sum(View frame) {
    std::size_t at = 12;
    while (u16_at(frame, at) == 0x8100 || u16_at(frame, at) == 0x88a8) {
        at += 4;
    }
    if (at + 2 > frame.size()) {
        return "the frame has no EtherType";
    }
    const auto packet = frame.subspan(at + 2);
    switch (u16_at(frame, at)) {
    case 0x0800: return check_ipv4(packet);
    case 0x86dd: return check_ipv6(packet);
    default: return std::nullopt;
    }
}

} // namespace pontoon::test
