#include "tests/support/datagram.hpp"

#include <algorithm>

#include "tests/support/sums.hpp"

namespace pontoon::test {

namespace {

constexpr std::size_t kHeader = 20;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kOffsetMask = 0x1fff;

std::uint16_t u16_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

Ipv4 ipv4_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return Ipv4{be32{std::uint32_t{u16_at(bytes, at)} << 16 | u16_at(bytes, at + 2)}};
}

Bytes header_of(const Datagram& datagram, std::size_t total) {
    Writer writer;
    writer.u8(0x45).u8(0).u16(total).u16(datagram.id).u16(datagram.fragment);
    Bytes header =
        writer.u8(datagram.ttl).u8(datagram.protocol).u16(0).put(datagram.source).put(datagram.destination).take();
    patch16(header, 10, static_cast<std::uint16_t>(~internet_sum(header)));
    return header;
}

// Reads the IPv4 packet at the start of `bytes`, of which the end may be missing.
std::optional<Datagram> packet_of(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeader || bytes[0] != 0x45) {
        return std::nullopt;
    }
    Datagram datagram;
    datagram.source = ipv4_at(bytes, 12);
    datagram.destination = ipv4_at(bytes, 16);
    datagram.protocol = bytes[9];
    datagram.ttl = bytes[8];
    datagram.id = u16_at(bytes, 4);
    datagram.fragment = u16_at(bytes, 6);
    const std::size_t end = std::min<std::size_t>(bytes.size(), u16_at(bytes, 2));
    if (end < kHeader) {
        return std::nullopt;
    }
    datagram.transport.assign(bytes.begin() + kHeader, bytes.begin() + static_cast<std::ptrdiff_t>(end));
    return datagram;
}

} // namespace

bool Datagram::is_error() const {
    return protocol == kIcmp && transport.size() >= 8 + kHeader &&
           (transport[0] == 3 || transport[0] == 11 || transport[0] == 12);
}

Tuple tuple_of(const Datagram& d) {
    Tuple tuple{d.protocol, d.source, 0, d.destination, 0};
    if (d.protocol != kIcmp) {
        tuple.source_port = u16_at(d.transport, 0);
        tuple.destination_port = u16_at(d.transport, 2);
    } else if (d.is_echo(kEchoRequest)) {
        tuple.source_port = u16_at(d.transport, 4);
    } else if (d.is_echo(kEchoReply)) {
        tuple.destination_port = u16_at(d.transport, 4);
    }
    return tuple;
}

void rewrite(Datagram& d, const Tuple& tuple) {
    d.source = tuple.source;
    d.destination = tuple.destination;
    if (d.protocol != kIcmp) {
        patch16(d.transport, 0, tuple.source_port);
        patch16(d.transport, 2, tuple.destination_port);
    } else if (d.is_echo(kEchoRequest)) {
        patch16(d.transport, 4, tuple.source_port);
    } else if (d.is_echo(kEchoReply)) {
        patch16(d.transport, 4, tuple.destination_port);
    }
}

void seal(Datagram& d, bool with_udp_sum) {
    const auto sum_with = [&](std::size_t at, bool pseudo) {
        patch16(d.transport, at, 0);
        const Bytes ends = Writer().put(d.source).put(d.destination).take();
        const std::span all(ends);
        Bytes bytes = pseudo ? pseudo_header(all.first(4), all.subspan(4), d.protocol, d.transport.size()) : Bytes{};
        bytes.insert(bytes.end(), d.transport.begin(), d.transport.end());
        return static_cast<std::uint16_t>(~internet_sum(bytes));
    };
    if (d.protocol == kIcmp) {
        patch16(d.transport, 2, sum_with(2, false));
    } else if (d.protocol == kTcp) {
        patch16(d.transport, 16, sum_with(16, true));
    } else if (d.protocol == kUdp) {
        const auto sum = sum_with(6, true);
        patch16(d.transport, 6, !with_udp_sum ? std::uint16_t{0} : sum == 0 ? std::uint16_t{0xffff} : sum);
    } else if (d.protocol == kSctp) {
        std::fill_n(d.transport.begin() + 8, 4, std::uint8_t{0});
        const std::uint32_t crc = crc32c(d.transport);
        for (unsigned i = 0; i < 4; ++i) {
            d.transport[8 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
        }
    }
}

Bytes frame_of(const Datagram& d) {
    const Bytes header = header_of(d, kHeader + d.transport.size());
    return Writer().put(d.to).put(d.from).u16(0x0800).put(header).put(d.transport).take();
}

std::optional<Datagram> datagram_of(std::span<const std::uint8_t> frame) {
    if (frame.size() < 14 || u16_at(frame, 12) != 0x0800) {
        return std::nullopt;
    }
    auto datagram = packet_of(frame.subspan(14));
    if (datagram && datagram->transport.size() < 8) { // ports, or an ICMP header
        return std::nullopt;
    }
    if (datagram) {
        std::copy_n(frame.begin(), 6, datagram->to.bytes.begin());
        std::copy_n(frame.begin() + 6, 6, datagram->from.bytes.begin());
    }
    return datagram;
}

std::vector<Datagram> pieces_of(const Datagram& whole, const std::vector<std::size_t>& cuts) {
    std::vector<Datagram> pieces;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t begin = i == 0 ? 0 : cuts[i - 1];
        const std::size_t end = i == cuts.size() ? whole.transport.size() : cuts[i];
        Datagram piece = whole;
        piece.transport.assign(whole.transport.begin() + static_cast<std::ptrdiff_t>(begin),
                               whole.transport.begin() + static_cast<std::ptrdiff_t>(end));
        piece.fragment = static_cast<std::uint16_t>(begin / 8 | (i < cuts.size() ? kMoreFragments : 0));
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

std::optional<Datagram> joined(std::vector<Datagram> pieces) {
    std::ranges::sort(pieces, {}, [](const Datagram& piece) { return piece.fragment & kOffsetMask; });
    Datagram whole;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool last = i + 1 == pieces.size();
        if ((pieces[i].fragment & kOffsetMask) * 8U != whole.transport.size() ||
            ((pieces[i].fragment & kMoreFragments) == 0) != last) {
            return std::nullopt;
        }
        Bytes sofar = std::move(whole.transport);
        Datagram head = pieces[i];
        head.fragment = 0;
        head.transport.clear();
        whole.transport.clear();
        if (i != 0 && head != whole) {
            return std::nullopt;
        }
        sofar.insert(sofar.end(), pieces[i].transport.begin(), pieces[i].transport.end());
        whole = std::move(head);
        whole.transport = std::move(sofar);
    }
    return pieces.empty() ? std::nullopt : std::optional(whole);
}

Bytes error_about(std::uint8_t type, std::uint8_t code, const Datagram& inner, std::size_t keep) {
    const Bytes header = header_of(inner, kHeader + inner.transport.size());
    const auto kept = std::span(inner.transport).first(std::min(keep, inner.transport.size()));
    return Writer().u8(type).u8(code).zeros(6).put(header).put(kept).take();
}

Datagram quote_of(const Datagram& error) {
    return packet_of(std::span(error.transport).subspan(8)).value();
}

} // namespace pontoon::test
