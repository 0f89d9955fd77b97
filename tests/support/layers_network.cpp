// ip, ip6 and its extension headers.
#include <map>

#include "tests/support/layer.hpp"
#include "tests/support/sums.hpp"

namespace pontoon::test {

namespace {

std::uint64_t fragment_offset(Words& words) {
    const auto offset = words.number("offset", 65528).value_or(0);
    if (offset % 8 != 0) {
        throw BadText("a fragment's offset is a multiple of 8");
    }
    return offset;
}

// `OFFSET+LENGTH`: cuts `body`, a whole datagram, down to that piece of it, and returns flags and offset of its header.
unsigned cut_piece(const std::string& text, Bytes& body) {
    const auto plus = text.find('+');
    const auto offset = parse_number(text.substr(0, plus), 65528);
    const auto length = parse_number(plus == std::string::npos ? "" : text.substr(plus + 1), 65535);
    if (offset % 8 != 0 || offset + length > body.size()) {
        throw BadText("piece " + text + " is none of " + std::to_string(body.size()) + " bytes");
    }
    const bool last = offset + length == body.size();
    const auto begin = body.begin() + static_cast<std::ptrdiff_t>(offset);
    body = Bytes(begin, begin + static_cast<std::ptrdiff_t>(length));
    return static_cast<unsigned>(offset / 8) | (last ? 0U : 0x2000U);
}

// `SOURCE > DESTINATION [ttl N] [tos N] [id N] [df] [mf] [offset BYTES] [piece OFFSET+LENGTH] [options HEX] [proto P]`;
// with `piece` the layers behind it are the whole datagram, which the sums are of.
Bytes build_ip(Words& words, const Place& place, Bytes body) {
    const Ipv4 source = place.names.ipv4(words.next("the source address"));
    words.expect(">");
    const Ipv4 destination = place.names.ipv4(words.next("the destination address"));
    const auto options = words.options(4);
    const std::size_t header = 20 + options.size();
    const auto version = words.number("version", 15).value_or(4);
    const auto piece = words.value("piece");
    const auto flags =
        (words.flag("df") ? 0x4000U : 0U) | (words.flag("mf") ? 0x2000U : 0U) | (piece ? cut_piece(*piece, body) : 0U);
    Bytes packet = Writer()
                       .u8(version << 4 | words.number("ihl", 15).value_or(header / 4))
                       .u8(words.number("tos", 255).value_or(0))
                       .u16(words.number("len", 0xffff).value_or(header + body.size()))
                       .u16(words.number("id", 0xffff).value_or(0))
                       .u16(flags | fragment_offset(words) / 8)
                       .u8(words.number("ttl", 255).value_or(64))
                       .u8(next_protocol(words, place))
                       .u16(0)
                       .put(source)
                       .put(destination)
                       .put(options)
                       .take();
    write_sum(words, {}, packet, 10);
    packet.insert(packet.end(), body.begin(), body.end());
    return packet;
}

// `SOURCE > DESTINATION [hop N] [class N] [flow N] [proto P]`
Bytes build_ip6(Words& words, const Place& place, Bytes body) {
    const Ipv6 source = Names::ipv6(words.next("the source address"));
    words.expect(">");
    const Ipv6 destination = Names::ipv6(words.next("the destination address"));
    const auto version = words.number("version", 15).value_or(6);
    const auto traffic_class = words.number("class", 255).value_or(0);
    return Writer()
        .u32(version << 28 | traffic_class << 20 | words.number("flow", 0xfffff).value_or(0))
        .u16(words.number("len", 0xffff).value_or(body.size()))
        .u8(next_protocol(words, place))
        .u8(words.number("hop", 255).value_or(64))
        .put(source)
        .put(destination)
        .put(body)
        .take();
}

// Completes an extension header with its own length, in units of 8 bytes behind the first 8.
Bytes extension(Words& words, const Place& place, Bytes rest, const Bytes& body) {
    rest.resize((rest.size() + 2 + 7) / 8 * 8 - 2);
    const auto units = (rest.size() + 2) / 8 - 1;
    return Writer()
        .u8(next_protocol(words, place))
        .u8(words.number("len", 255).value_or(units))
        .put(rest)
        .put(body)
        .take();
}

// `hbh`, `dest`: `[options HEX] [home ADDRESS] [size BYTES]`, the rest filled with Pad1.
Bytes build_options(Words& words, const Place& place, Bytes body) {
    Bytes rest = words.options(1);
    if (const auto home = words.value("home")) {
        rest = Writer().u32(0x01020000).u16(0xc910).put(Names::ipv6(*home)).take();
    }
    if (const auto size = words.number("size", 2048)) {
        rest.resize(*size - 2);
    }
    return extension(words, place, std::move(rest), body);
}

// `[type N] [left N] ADDRESS`
Bytes build_routing(Words& words, const Place& place, Bytes body) {
    Writer rest;
    rest.u8(words.number("type", 255).value_or(0)).u8(words.number("left", 255).value_or(1)).zeros(4);
    rest.put(Names::ipv6(words.next("the address on the way")));
    return extension(words, place, rest.take(), body);
}

// `[offset BYTES] [mf] [id N]`
Bytes build_frag(Words& words, const Place& place, Bytes body) {
    const auto more = words.flag("mf") ? 1U : 0U;
    return Writer()
        .u8(next_protocol(words, place))
        .u8(0)
        .u16(fragment_offset(words) | more)
        .u32(words.number("id", 0xffffffff).value_or(0))
        .put(body)
        .take();
}

constexpr LayerKind kNetworkLayers[] = {
    {"ip", 0x0800, 4, build_ip},
    {"ip6", 0x86dd, 41, build_ip6},
    {"hbh", std::nullopt, 0, build_options},
    {"dest", std::nullopt, 60, build_options},
    {"routing", std::nullopt, 43, build_routing},
    {"frag", std::nullopt, 44, build_frag},
};

const std::map<std::string, std::uint8_t, std::less<>> kProtocols{{"icmp", 1},   {"tcp", 6},   {"udp", 17},
                                                                  {"icmp6", 58}, {"none", 59}, {"sctp", 132}};

Bytes bytes_of(std::string_view layer, const Names& names, const std::string& address) {
    return layer == "ip" ? Writer().put(names.ipv4(address)).take() : Writer().put(Names::ipv6(address)).take();
}

} // namespace

std::span<const LayerKind> network_layers() {
    return kNetworkLayers;
}

std::uint8_t next_protocol(Words& words, const Place& place) {
    if (const auto text = words.value("proto")) {
        const auto known = kProtocols.find(*text);
        return known != kProtocols.end() ? known->second : static_cast<std::uint8_t>(parse_number(*text, 255));
    }
    const Layer* next = place.next();
    if (next == nullptr || !next->kind->protocol) {
        throw BadText("no protocol: say `proto NUMBER`");
    }
    return *next->kind->protocol;
}

Bytes pseudo_header_at(const Place& place, std::uint8_t protocol, std::size_t length) {
    std::size_t ip = place.index;
    while (ip != 0 && place.layers[ip].kind->name != "ip" && place.layers[ip].kind->name != "ip6") {
        --ip;
    }
    if (ip == 0) {
        throw BadText("no IP layer before it");
    }
    const auto kind = place.layers[ip].kind->name;
    Words ends(place.layers[ip].text);
    Bytes source = bytes_of(kind, place.names, ends.next("the source address"));
    ends.expect(">");
    Bytes destination = bytes_of(kind, place.names, ends.next("the destination address"));
    for (const auto& layer : place.layers.subspan(ip + 1, place.index - ip - 1)) {
        Words words(layer.text);
        if (const auto home = words.value("home"); home && layer.kind->name == "dest") {
            source = bytes_of(kind, place.names, *home);
        }
        const auto type = words.number("type", 255).value_or(0);
        const bool ahead = words.number("left", 255).value_or(1) != 0;
        if (layer.kind->name == "routing" && ahead && (type == 0 || type == 2)) {
            destination = bytes_of(kind, place.names, words.next("the address on the way"));
        }
    }
    return pseudo_header(source, destination, protocol, length);
}

void write_sum(Words& words, std::span<const std::uint8_t> pseudo, Bytes& packet, std::size_t at) {
    Bytes all(pseudo.begin(), pseudo.end());
    all.insert(all.end(), packet.begin(), packet.end());
    const auto right = static_cast<std::uint16_t>(~internet_sum(all));
    const auto text = words.value("cksum");
    if (!text) {
        patch16(packet, at, right);
    } else if (*text == "bad") {
        patch16(packet, at, right ^ 0x0101);
    } else if (*text == "partial" && !pseudo.empty()) {
        patch16(packet, at, internet_sum(pseudo));
    } else {
        patch16(packet, at, static_cast<std::uint16_t>(parse_number(*text, 0xffff)));
    }
}

} // namespace pontoon::test
