// eth, vlan, qinq, type, llc, arp.
#include "tests/support/layer.hpp"

namespace pontoon::test {

namespace {

// What stands in the type field before the next layer.
std::uint16_t next_type(const Place& place, std::size_t body) {
    const Layer* next = place.next();
    if (next != nullptr && next->kind->name == "type") {
        return static_cast<std::uint16_t>(parse_number(Words(next->text).next("the EtherType"), 0xffff));
    }
    if (next != nullptr && next->kind->name == "llc") {
        return static_cast<std::uint16_t>(body);
    }
    if (next == nullptr || !next->kind->ether_type) {
        throw BadText("no EtherType: put `type NUMBER` before the data");
    }
    return *next->kind->ether_type;
}

// `SOURCE > DESTINATION`
Bytes build_eth(Words& words, const Place& place, Bytes body) {
    const Mac source = place.names.mac(words.next("the source MAC"));
    words.expect(">");
    const Mac destination = place.names.mac(words.next("the destination MAC"));
    return Writer().put(destination).put(source).u16(next_type(place, body.size())).put(body).take();
}

// `ID [prio N] [dei]`
Bytes build_vlan(Words& words, const Place& place, Bytes body) {
    const auto id = parse_number(words.next("the VLAN's number"), 4095);
    const auto priority = words.number("prio", 7).value_or(0);
    const auto control = priority << 13 | (words.flag("dei") ? 0x1000U : 0U) | id;
    return Writer().u16(control).u16(next_type(place, body.size())).put(body).take();
}

// `NUMBER`, which stands in the layer before.
Bytes build_type(Words& words, const Place&, Bytes body) {
    (void)words.next("the EtherType");
    return body;
}

// `DSAP SSAP CONTROL` in hexadecimal
Bytes build_llc(Words& words, const Place&, Bytes body) {
    Writer writer;
    for (const auto* field : {"DSAP", "SSAP", "the control field"}) {
        writer.put(parse_hex(words.next(field)));
    }
    return writer.put(body).take();
}

// `who-has TARGET tell SENDER`, `reply SENDER is-at MAC to TARGET`. The MACs are those of the Ethernet header, a
// request's target zero, unless `sender MAC` or `target MAC` says otherwise.
Bytes build_arp(Words& words, const Place& place, Bytes body) {
    Words ethernet(place.layers.front().text);
    Mac sender = place.names.mac(ethernet.next("the source MAC"));
    ethernet.expect(">");
    Mac target = place.names.mac(ethernet.next("the destination MAC"));
    const auto kind = words.next("who-has or reply");
    Ipv4 sender_ip;
    Ipv4 target_ip;
    if (kind == "who-has") {
        target = Mac{};
        target_ip = place.names.ipv4(words.next("the address asked for"));
        words.expect("tell");
        sender_ip = place.names.ipv4(words.next("the address of who asks"));
    } else if (kind == "reply") {
        sender_ip = place.names.ipv4(words.next("the address of who answers"));
        words.expect("is-at");
        sender = place.names.mac(words.next("the MAC address"));
        words.expect("to");
        target_ip = place.names.ipv4(words.next("the address of who asked"));
    } else {
        throw BadText("arp " + kind + ": must be who-has or reply");
    }
    const auto own_sender = words.value("sender");
    const auto own_target = words.value("target");
    return Writer()
        .u16(words.number("hw", 0xffff).value_or(1))
        .u16(words.number("proto", 0xffff).value_or(0x0800))
        .u8(words.number("hlen", 255).value_or(6))
        .u8(words.number("plen", 255).value_or(4))
        .u16(words.number("op", 0xffff).value_or(kind == "reply" ? 2 : 1))
        .put(own_sender ? place.names.mac(*own_sender) : sender)
        .put(sender_ip)
        .put(own_target ? place.names.mac(*own_target) : target)
        .put(target_ip)
        .put(body)
        .take();
}

constexpr LayerKind kLinkLayers[] = {
    {"eth", std::nullopt, std::nullopt, build_eth}, {"vlan", 0x8100, std::nullopt, build_vlan},
    {"qinq", 0x88a8, std::nullopt, build_vlan},     {"type", std::nullopt, std::nullopt, build_type},
    {"llc", std::nullopt, std::nullopt, build_llc}, {"arp", 0x0806, std::nullopt, build_arp},
};

} // namespace

std::span<const LayerKind> link_layers() {
    return kLinkLayers;
}

} // namespace pontoon::test
