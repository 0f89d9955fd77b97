#include "tests/unit/frames.hpp"

#include <algorithm>
#include <string>

namespace pontoon::frames {

const Bytes kEnds4 = hex("ac120002 ac120003");
const Bytes kEnds6 = hex("fd00 0000 0000 0000 0000 0000 0000 0002 fd00 0000 0000 0000 0000 0000 0000 0003");

Bytes hex(std::string_view digits) {
    Bytes bytes;
    std::string pair;
    for (const char c : digits) {
        if (c != ' ') {
            pair += c;
        }
        if (pair.size() == 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(pair, nullptr, 16)));
            pair.clear();
        }
    }
    return bytes;
}

Bytes bytes16(unsigned value) {
    return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes filled(std::size_t count) {
    Bytes bytes(count);
    std::ranges::generate(bytes, [next = std::uint8_t{0}]() mutable { return ++next; });
    return bytes;
}

Bytes join(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

Bytes patched(Bytes bytes, std::size_t at, const Bytes& with) {
    std::ranges::copy(with, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    return bytes;
}

Bytes cut(Bytes bytes, std::size_t length) {
    bytes.resize(length);
    return bytes;
}

std::uint16_t naive_sum(const Bytes& bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        sum += i % 2 == 0 ? bytes[i] << 8U : bytes[i];
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

std::uint32_t naive_crc32c(const Bytes& bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const auto byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
        }
    }
    return ~crc;
}

Bytes ethernet(unsigned type, const Bytes& payload) {
    return ethernet(kMacB, kMacA, type, payload);
}

Bytes ethernet(Mac destination, Mac source, unsigned type, const Bytes& payload) {
    return join({Bytes(destination.bytes.begin(), destination.bytes.end()),
                 Bytes(source.bytes.begin(), source.bytes.end()), bytes16(type), payload});
}

Bytes tag(unsigned control, unsigned type) {
    return join({bytes16(control), bytes16(type)});
}

Bytes ip4(const Ip4& ip, const Bytes& payload) {
    const std::size_t header = 20 + ip.options.size();
    const auto total = static_cast<unsigned>(static_cast<int>(header + payload.size()) + ip.lie);
    const Bytes first{static_cast<std::uint8_t>(0x40 | header / 4), 0};
    Bytes bytes = join(
        {first, bytes16(total), bytes16(0x1234), bytes16(ip.fragment), {64, ip.protocol, 0, 0}, ip.ends, ip.options});
    if (!ip.without_sum) {
        bytes = patched(bytes, 10, bytes16(~unsigned{naive_sum(bytes)}));
    }
    return join({bytes, payload});
}

Bytes ip6(std::uint8_t next_header, const Bytes& payload, int lie) {
    const auto length = static_cast<unsigned>(static_cast<int>(payload.size()) + lie);
    return join({hex("60000000"), bytes16(length), {next_header, 64}, kEnds6, payload});
}

Bytes extension(std::uint8_t next_header, std::size_t length, const Bytes& content) {
    Bytes bytes(length);
    bytes[0] = next_header;
    bytes[1] = static_cast<std::uint8_t>(length / 8 - 1);
    return patched(bytes, 2, content);
}

Bytes fragment6(std::uint8_t next_header, unsigned offset, bool more) {
    return join({{next_header, 0}, bytes16(offset | (more ? 1U : 0U)), hex("cafe0001")});
}

namespace {

Bytes summed(Bytes segment, std::size_t field, const Bytes& pseudo, Sums sums) {
    unsigned sum = 0;
    switch (sums) {
    case Sums::right: sum = ~unsigned{naive_sum(join({pseudo, segment}))}; break;
    case Sums::wrong: sum = ~unsigned{naive_sum(join({pseudo, segment}))} ^ 0x0100U; break;
    case Sums::partial: sum = naive_sum(pseudo); break;
    case Sums::none: break;
    }
    return patched(std::move(segment), field, bytes16(sum));
}

Bytes pseudo_header(const Bytes& ends, std::uint8_t protocol, std::size_t length) {
    return join({ends, {0, protocol}, bytes16(static_cast<unsigned>(length))});
}

} // namespace

Bytes tcp(const Bytes& ends, const Bytes& data, Sums sums, const Bytes& options) {
    const auto words = static_cast<std::uint8_t>((20 + options.size()) / 4);
    const Bytes header =
        patched(hex("9c40 0050 00000001 00000000 00 02 ffff 0000 0000"), 12, {std::uint8_t(words << 4)});
    const Bytes segment = join({header, options, data});
    return summed(segment, 16, pseudo_header(ends, 6, segment.size()), sums);
}

Bytes udp(const Bytes& ends, const Bytes& data, Sums sums) {
    const Bytes segment = join({hex("9c40 0035"), bytes16(static_cast<unsigned>(8 + data.size())), {0, 0}, data});
    return summed(segment, 6, pseudo_header(ends, 17, segment.size()), sums);
}

Bytes sctp(const Bytes& data, Sums sums) {
    const Bytes segment = join({hex("9c40 0050 00000001 00000000"), data});
    const std::uint32_t crc = naive_crc32c(segment) ^ (sums == Sums::wrong ? 1U : 0U);
    Bytes stored;
    for (unsigned byte = 0; byte < 4; ++byte) {
        stored.push_back(sums == Sums::none ? std::uint8_t{0} : static_cast<std::uint8_t>(crc >> 8 * byte));
    }
    return patched(segment, 8, stored);
}

Bytes icmp_message(std::uint8_t type, const Bytes& behind_header, Sums sums) {
    return summed(join({{type, 0, 0, 0, 0, 7, 0, 1}, behind_header}), 2, {}, sums);
}

Bytes icmp6_message(std::uint8_t type, const Bytes& behind_header, Sums sums) {
    const Bytes message = join({{type, 0, 0, 0, 0, 7, 0, 1}, behind_header});
    return summed(message, 2, pseudo_header(kEnds6, 58, message.size()), sums);
}

Bytes arp(const Arp& arp) {
    const auto mac = [](Mac address) { return Bytes(address.bytes.begin(), address.bytes.end()); };
    const auto ip = [](std::string_view text) {
        const auto host = Ipv4::parse(text).value().host();
        return join({bytes16(host >> 16), bytes16(host & 0xffff)});
    };
    return join({hex("0001 0800 06 04"), bytes16(arp.operation), mac(arp.sender_mac), ip(arp.sender_ip),
                 mac(arp.target_mac), ip(arp.target_ip)});
}

Bytes plain(Mac destination, Mac source, std::uint8_t content) {
    return ethernet(destination, source, 0x88b5, Bytes(46, content));
}

} // namespace pontoon::frames
