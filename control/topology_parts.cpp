#include "control/topology_parts.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

namespace pontoon {

namespace {

// 1 to 65535 in digits, else 0.
std::uint16_t port_of(std::string_view digits) {
    unsigned value = 0;
    const auto* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value);
    return error == std::errc{} && end == last && value <= 65535 ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
}

} // namespace

std::string read_name(const ObjectReader& from, std::string_view key) {
    const std::string name = from.text(key);
    const auto plain = [](unsigned char c) { return std::isalnum(c) != 0; };
    const auto allowed = [&](unsigned char c) { return plain(c) || c == '_' || c == '.' || c == '-'; };
    if (name.empty() || name.size() > 128 || !plain(static_cast<unsigned char>(name[0])) ||
        !std::ranges::all_of(name, allowed)) {
        from.fail(key, "\"" + shown(name) + "\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed");
    }
    return name;
}

Mac read_mac(const ObjectReader& from, Ipv4 owner) {
    const Mac mac = from.parsed<Mac>("mac", mac_of(owner));
    if (mac.is_group() || mac.is_zero()) {
        from.fail("mac", mac.to_string() + " is not the address of one station");
    }
    return mac;
}

std::uint16_t read_mtu(const ObjectReader& from) {
    return static_cast<std::uint16_t>(from.integer("mtu", 1500, 68, 65535));
}

PortRange ports_of(std::string_view text, const std::string& place) {
    const auto dash = text.find('-');
    PortRange range;
    range.first = port_of(text.substr(0, dash));
    range.last = dash == std::string_view::npos ? range.first : port_of(text.substr(dash + 1));
    if (range.first == 0 || range.last < range.first) {
        throw InputError(place, "\"" + shown(text) + "\" is not a port or a range of ports");
    }
    return range;
}

std::string to_string(const PortRange& range) {
    const std::string first = std::to_string(range.first);
    return range.first == range.last ? first : first + "-" + std::to_string(range.last);
}

Transport transport_of(std::string_view text, const std::string& place) {
    if (text == "tcp") {
        return Transport::tcp;
    }
    if (text == "udp") {
        return Transport::udp;
    }
    if (text != "sctp") {
        throw InputError(place, "\"" + shown(text) + "\" is none of tcp, udp, sctp");
    }
    return Transport::sctp;
}

void check_host(const std::string& place, Ipv4 address, const Prefix4& subnet, const std::string& owner) {
    if (!subnet.contains(address)) {
        throw InputError(place, address.to_string() + " is outside " + subnet.to_string() + " of " + owner);
    }
    if (subnet.is_network_or_broadcast(address)) {
        throw InputError(place, address.to_string() + " is the network or broadcast address of " + subnet.to_string());
    }
}

void Subnets::check_apart(const std::string& place, const Prefix4& prefix) const {
    if (const auto* other = overlapping(prefix)) {
        throw InputError(place,
                         prefix.to_string() + " overlaps " + other->first.to_string() + " of network " + other->second);
    }
}

void Subnets::check_outside(const std::string& place, Ipv4 address) const {
    if (const auto* other = overlapping({address, 32})) {
        throw InputError(place, address.to_string() + " is inside " + other->first.to_string() + " of network " +
                                    other->second);
    }
}

void Subnets::add(const Prefix4& subnet, const std::string& network) {
    by_address_.emplace(subnet.address, Owned(subnet, network));
}

// Only the neighbours in the order of addresses can overlap, since they do not overlap each other.
const Subnets::Owned* Subnets::overlapping(const Prefix4& prefix) const {
    const auto after = by_address_.lower_bound(prefix.address);
    if (after != by_address_.end() && after->second.first.overlaps(prefix)) {
        return &after->second;
    }
    if (after != by_address_.begin() && std::prev(after)->second.first.overlaps(prefix)) {
        return &std::prev(after)->second;
    }
    return nullptr;
}

} // namespace pontoon
