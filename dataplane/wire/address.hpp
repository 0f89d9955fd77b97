// Addresses as values: parse, format, compare, and the questions a bridge asks of them.
// Each lies in memory as on the wire, so headers hold them directly.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>

#include "dataplane/wire/byte_order.hpp"

namespace pontoon {

// IEEE 802 MAC address.
struct Mac {
    std::array<std::uint8_t, 6> bytes{};

    // Six hexadecimal pairs separated by ':'. The error is a phrase such as "not a MAC address".
    [[nodiscard]] static std::expected<Mac, std::string> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    // The 48 bits as they lie in memory, in the low bits of a word; for hashing and comparing.
    [[nodiscard]] std::uint64_t bits() const {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }
    [[nodiscard]] static Mac from_bits(std::uint64_t bits) {
        Mac mac;
        std::memcpy(mac.bytes.data(), &bits, mac.bytes.size());
        return mac;
    }
    [[nodiscard]] constexpr bool is_group() const { return (bytes[0] & 1) != 0; } // multicast or broadcast
    [[nodiscard]] constexpr bool is_zero() const { return *this == Mac{}; }
    // 01:80:c2:00:00:00 to :0f, which a bridge must not forward (IEEE 802.1D table 7-10).
    [[nodiscard]] constexpr bool is_link_local() const {
        return bytes[0] == 0x01 && bytes[1] == 0x80 && bytes[2] == 0xc2 && bytes[3] == 0 && bytes[4] == 0 &&
               bytes[5] < 16;
    }

    friend constexpr auto operator<=>(const Mac&, const Mac&) = default;
};

inline constexpr Mac kBroadcast{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

struct Ipv4 {
    be32 value;

    // Dotted quad, each part 0 to 255 without leading zeros.
    [[nodiscard]] static std::expected<Ipv4, std::string> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] constexpr std::uint32_t host() const { return value.host(); }
    [[nodiscard]] constexpr bool is_unspecified() const { return value.raw() == 0; }
    // The address of one host: not of "this network", loopback, multicast, reserved or broadcast (RFC 1122 section
    // 3.2.1.3). A subnet's broadcast address passes for one.
    [[nodiscard]] constexpr bool is_unicast() const {
        const auto top = host() >> 24;
        return top != 0 && top != 127 && top < 224;
    }

    friend constexpr auto operator<=>(const Ipv4&, const Ipv4&) = default;
};

struct Ipv6 {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] static std::expected<Ipv6, std::string> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const; // RFC 5952

    friend constexpr auto operator<=>(const Ipv6&, const Ipv6&) = default;
};

// An IPv4 network: `address` has no bit set behind `length` bits.
struct Prefix4 {
    Ipv4 address;
    std::uint8_t length = 0;

    // "172.18.0.0/16"; a set host bit is an error.
    [[nodiscard]] static std::expected<Prefix4, std::string> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] constexpr std::uint32_t mask() const { return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length); }
    [[nodiscard]] constexpr bool contains(Ipv4 other) const { return (other.host() & mask()) == address.host(); }
    [[nodiscard]] constexpr bool overlaps(const Prefix4& other) const {
        return contains(other.address) || other.contains(address);
    }
    // The subnet's own addresses, which no host may have (a /31 and a /32 have none: RFC 3021).
    [[nodiscard]] constexpr bool is_network_or_broadcast(Ipv4 other) const {
        return length < 31 && contains(other) && ((other.host() & ~mask()) == 0 || (other.host() | mask()) == ~0U);
    }

    friend constexpr auto operator<=>(const Prefix4&, const Prefix4&) = default;
};

// An address with the length of its network, as on an interface: "203.0.113.10/24".
struct InterfaceAddress4 {
    Ipv4 address;
    std::uint8_t length = 0;

    [[nodiscard]] static std::expected<InterfaceAddress4, std::string> parse(std::string_view text);
    [[nodiscard]] Prefix4 prefix() const;

    friend constexpr auto operator<=>(const InterfaceAddress4&, const InterfaceAddress4&) = default;
};

// The MAC address Docker derives from an IPv4 address: 02:42 and its four bytes.
[[nodiscard]] Mac mac_of(Ipv4 address);

} // namespace pontoon
