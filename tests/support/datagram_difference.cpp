#include "tests/support/datagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "tests/support/sums.hpp"

namespace pontoon::test {

namespace {

// Where the transport's checksum stands, and how long it is.
std::pair<std::size_t, std::size_t> sum_field(std::uint8_t protocol) {
    switch (protocol) {
    case kIcmp: return {2, 2};
    case kTcp: return {16, 2};
    case kUdp: return {6, 2};
    case kSctp: return {8, 4};
    default: return {0, 0};
    }
}

Bytes sum_of(std::uint8_t protocol, std::span<const std::uint8_t> transport) {
    const auto [at, length] = sum_field(protocol);
    return at + length <= transport.size() ? Bytes(transport.begin() + static_cast<std::ptrdiff_t>(at),
                                                   transport.begin() + static_cast<std::ptrdiff_t>(at + length))
                                           : Bytes{};
}

Bytes without_sum(std::uint8_t protocol, Bytes transport) {
    const auto [at, length] = sum_field(protocol);
    for (std::size_t i = at; i < at + length && i < transport.size(); ++i) {
        transport[i] = 0;
    }
    return transport;
}

bool is_all(const Bytes& bytes, std::uint8_t value) {
    return std::ranges::all_of(bytes, [&](auto byte) { return byte == value; });
}

// 0 and 0xffff are one number in ones' complement; in UDP 0 says that there is no checksum.
bool same_sum(std::uint8_t protocol, const Bytes& a, const Bytes& b) {
    const auto zero = [](const Bytes& sum) { return is_all(sum, 0) || is_all(sum, 0xff); };
    return a == b || (protocol != kUdp && protocol != kSctp && zero(a) && zero(b));
}

std::string quote_difference(const Datagram& expected, const Datagram& actual) {
    if (actual.transport.size() != expected.transport.size() || actual.transport.size() < 28) {
        return fmt::format("the quote's length: expected {}, got {}", expected.transport.size(),
                           actual.transport.size());
    }
    const auto header = std::span(actual.transport).subspan(8, 20);
    if (internet_sum(header) != 0xffff) {
        return "the quoted IPv4 header's checksum is wrong";
    }
    const auto wanted = quote_of(expected), got = quote_of(actual);
    if (auto differs = difference(wanted, got); !differs.empty()) {
        return "in the quote, " + differs;
    }
    const bool same_start =
        std::equal(actual.transport.begin(), actual.transport.begin() + 2, expected.transport.begin()) &&
        std::equal(actual.transport.begin() + 4, actual.transport.begin() + 18, expected.transport.begin() + 4);
    if (!same_start) {
        return "the ICMP error's header or the quoted one";
    }
    const auto wanted_sum = sum_of(wanted.protocol, wanted.transport), got_sum = sum_of(got.protocol, got.transport);
    return same_sum(wanted.protocol, wanted_sum, got_sum)
               ? ""
               : fmt::format("the quoted transport checksum: expected {:02x}, got {:02x}", fmt::join(wanted_sum, ""),
                             fmt::join(got_sum, ""));
}

std::string flags_of(const Bytes& tcp) {
    constexpr std::string_view names = "FSRPAU";
    std::string flags;
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        if ((tcp[13] >> bit & 1) != 0) {
            flags += names[bit];
        }
    }
    return flags;
}

} // namespace

std::string difference(const Datagram& expected, const Datagram& actual) {
    const auto field = [](std::string_view name, const std::string& wanted, const std::string& got) {
        return wanted == got ? std::string() : fmt::format("{}: expected {}, got {}; ", name, wanted, got);
    };
    std::string text = field("destination MAC", expected.to.to_string(), actual.to.to_string()) +
                       field("source MAC", expected.from.to_string(), actual.from.to_string()) +
                       field("source", expected.source.to_string(), actual.source.to_string()) +
                       field("destination", expected.destination.to_string(), actual.destination.to_string()) +
                       field("protocol", std::to_string(expected.protocol), std::to_string(actual.protocol)) +
                       field("ttl", std::to_string(expected.ttl), std::to_string(actual.ttl)) +
                       field("id", std::to_string(expected.id), std::to_string(actual.id)) +
                       field("fragment", std::to_string(expected.fragment), std::to_string(actual.fragment));
    if (!text.empty()) {
        return text;
    }
    if (expected.is_error()) {
        return quote_difference(expected, actual);
    }
    const bool udp_sums = expected.protocol != kUdp ||
                          is_all(sum_of(kUdp, expected.transport), 0) == is_all(sum_of(kUdp, actual.transport), 0);
    if (!udp_sums) {
        return "a UDP checksum appeared or vanished";
    }
    const auto wanted = without_sum(expected.protocol, expected.transport);
    const auto got = without_sum(actual.protocol, actual.transport);
    return wanted == got ? "" : "transport: expected " + text_of(expected) + ", got " + text_of(actual);
}

std::string text_of(const Tuple& tuple) {
    const auto name = tuple.protocol == kIcmp   ? "icmp"
                      : tuple.protocol == kTcp  ? "tcp"
                      : tuple.protocol == kUdp  ? "udp"
                      : tuple.protocol == kSctp ? "sctp"
                                                : "protocol " + std::to_string(tuple.protocol);
    return fmt::format("{} {}:{} > {}:{}", name, tuple.source.to_string(), tuple.source_port,
                       tuple.destination.to_string(), tuple.destination_port);
}

std::string text_of(const Datagram& d) {
    std::string text = fmt::format("[{} > {}] id {} ttl {} ", d.from.to_string(), d.to.to_string(), d.id, d.ttl);
    if ((d.fragment & 0x1fff) != 0) {
        return text + fmt::format("{} > {} protocol {}, later fragment {:#x}", d.source.to_string(),
                                  d.destination.to_string(), d.protocol, d.fragment);
    }
    text += text_of(tuple_of(d)) + fmt::format(", {} bytes", d.transport.size());
    if (d.fragment != 0) {
        text += fmt::format(", fragment {:#x}", d.fragment);
    }
    if (d.protocol == kTcp && d.transport.size() >= 20) {
        const auto u32 = [&](std::size_t at) {
            return d.transport[at] * 0x1000000U + d.transport[at + 1] * 0x10000U + d.transport[at + 2] * 0x100U +
                   d.transport[at + 3];
        };
        text += fmt::format(", flags {} seq {} ack {}", flags_of(d.transport), u32(4), u32(8));
    }
    if (d.protocol == kIcmp) {
        text += fmt::format(", type {} code {}", d.transport[0], d.transport[1]);
    }
    return d.is_error() ? text + " about (" + text_of(quote_of(d)) + ")" : text;
}

} // namespace pontoon::test
