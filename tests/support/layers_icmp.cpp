// icmp, icmp6. What an error quotes is written as the layers behind it.
#include "tests/support/layer.hpp"

namespace pontoon::test {

namespace {

struct TypeName {
    std::string_view name;
    std::uint8_t type;
    bool echo; // has id and seq
};

constexpr TypeName kIcmpTypes[] = {
    {"echo-reply", 0, true},   {"unreachable", 3, false},    {"source-quench", 4, false},      {"redirect", 5, false},
    {"echo-request", 8, true}, {"time-exceeded", 11, false}, {"parameter-problem", 12, false}, {"timestamp", 13, true},
};

constexpr TypeName kIcmp6Types[] = {
    {"unreachable", 1, false},        {"too-big", 2, false},           {"time-exceeded", 3, false},
    {"parameter-problem", 4, false},  {"echo-request", 128, true},     {"echo-reply", 129, true},
    {"mld-query", 130, false},        {"router-solicit", 133, false},  {"router-advert", 134, false},
    {"neighbor-solicit", 135, false}, {"neighbor-advert", 136, false},
};

TypeName read_type(Words& words, std::span<const TypeName> types) {
    if (const auto number = words.number("type", 255)) {
        return {"", static_cast<std::uint8_t>(*number), false};
    }
    const auto name = words.next("the ICMP type");
    for (const auto& type : types) {
        if (type.name == name) {
            return type;
        }
    }
    throw BadText("\"" + name + "\" is no ICMP type: say `type NUMBER`");
}

// `TYPE [code N] [id N] [seq N] [rest N] [quote BYTES]`: `rest` is the header's last four bytes, `quote` how much of
// what follows is kept.
Bytes build(Words& words, std::span<const TypeName> types, Bytes body) {
    const auto type = read_type(words, types);
    if (const auto quote = words.number("quote", 65535); quote && *quote < body.size()) {
        body.resize(*quote);
    }
    Writer writer;
    writer.u8(type.type).u8(words.number("code", 255).value_or(0)).u16(0);
    if (type.echo) {
        writer.u16(words.number("id", 0xffff).value_or(0)).u16(words.number("seq", 0xffff).value_or(0));
    } else {
        writer.u32(words.number("rest", 0xffffffff).value_or(0));
    }
    return writer.put(body).take();
}

Bytes build_icmp(Words& words, const Place&, Bytes body) {
    Bytes packet = build(words, kIcmpTypes, std::move(body));
    write_sum(words, {}, packet, 2);
    return packet;
}

// A neighbour message has `for ADDRESS` behind its type.
Bytes build_icmp6(Words& words, const Place& place, Bytes body) {
    if (const auto target = words.value("for")) {
        body = Writer().put(Names::ipv6(*target)).put(body).take();
    }
    Bytes packet = build(words, kIcmp6Types, std::move(body));
    write_sum(words, pseudo_header_at(place, 58, packet.size()), packet, 2);
    return packet;
}

constexpr LayerKind kIcmpLayers[] = {
    {"icmp", std::nullopt, 1, build_icmp},
    {"icmp6", std::nullopt, 58, build_icmp6},
};

} // namespace

std::span<const LayerKind> icmp_layers() {
    return kIcmpLayers;
}

} // namespace pontoon::test
