// tcp, udp, sctp.
#include "tests/support/layer.hpp"
#include "tests/support/sums.hpp"

namespace pontoon::test {

namespace {

// `SOURCE > DESTINATION`, two ports.
void put_ports(Writer& writer, Words& words) {
    writer.u16(parse_number(words.next("the source port"), 0xffff));
    words.expect(">");
    writer.u16(parse_number(words.next("the destination port"), 0xffff));
}

// tcpdump's letters; "." is ACK too.
std::uint8_t tcp_flags(std::string_view text) {
    static constexpr std::string_view letters = "FSRPAUEC";
    unsigned flags = 0;
    for (const char c : text) {
        const auto bit = letters.find(c == '.' ? 'A' : c);
        if (bit == std::string_view::npos) {
            throw BadText("\"" + std::string(text) + "\" are no TCP flags: " + std::string(letters));
        }
        flags |= 1U << bit;
    }
    return static_cast<std::uint8_t>(flags);
}

// `PORT > PORT FLAGS [seq N] [ack N] [win N] [urg N] [options HEX]`
Bytes build_tcp(Words& words, const Place& place, Bytes body) {
    Writer writer;
    put_ports(writer, words);
    const auto flags = tcp_flags(words.next("the TCP flags"));
    const auto options = words.options(4);
    writer.u32(words.number("seq", 0xffffffff).value_or(0))
        .u32(words.number("ack", 0xffffffff).value_or(0))
        .u8(words.number("doff", 15).value_or(5 + options.size() / 4) << 4)
        .u8(flags)
        .u16(words.number("win", 0xffff).value_or(64240))
        .u16(0)
        .u16(words.number("urg", 0xffff).value_or(0))
        .put(options)
        .put(body);
    Bytes packet = writer.take();
    write_sum(words, pseudo_header_at(place, 6, packet.size()), packet, 16);
    return packet;
}

// `PORT > PORT`; `cksum=0` means not summed.
Bytes build_udp(Words& words, const Place& place, Bytes body) {
    Writer writer;
    put_ports(writer, words);
    writer.u16(words.number("len", 0xffff).value_or(8 + body.size())).u16(0).put(body);
    Bytes packet = writer.take();
    const std::size_t length = packet.size();
    const Words asked = words;
    write_sum(words, pseudo_header_at(place, 17, length), packet, 6);
    const bool computed = !Words(asked).value("cksum");
    if (computed && packet[6] == 0 && packet[7] == 0) {
        patch16(packet, 6, 0xffff); // RFC 768: a sum of zero is sent as all ones
    }
    return packet;
}

// `PORT > PORT [tag N]`; what follows are its chunks. `cksum=0` leaves the CRC to the hardware.
Bytes build_sctp(Words& words, const Place&, Bytes body) {
    Writer writer;
    put_ports(writer, words);
    writer.u32(words.number("tag", 0xffffffff).value_or(0)).u32(0).put(body);
    Bytes packet = writer.take();
    const auto text = words.value("cksum");
    std::uint64_t crc = crc32c(packet);
    if (text) {
        crc = *text == "bad" ? crc ^ 1 : *text == "partial" ? 0 : parse_number(*text, 0xffffffff);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        packet[8 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    }
    return packet;
}

constexpr LayerKind kTransportLayers[] = {
    {"tcp", std::nullopt, 6, build_tcp},
    {"udp", std::nullopt, 17, build_udp},
    {"sctp", std::nullopt, 132, build_sctp},
};

} // namespace

std::span<const LayerKind> transport_layers() {
    return kTransportLayers;
}

} // namespace pontoon::test
