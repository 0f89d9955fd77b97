#include "dataplane/wire/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pontoon {

namespace {

// Errors are one line whatever the input was, so control characters do not pass.
std::string quoted(std::string_view text, std::string_view problem) {
    std::string shown(text.substr(0, 64));
    std::ranges::replace_if(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return "\"" + shown + "\" " + std::string(problem);
}

// inet_pton stops at a NUL, which would hide what stands behind it.
bool presented(int family, std::string_view text, void* address) {
    return !text.contains('\0') && inet_pton(family, std::string(text).c_str(), address) == 1;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

template <typename Address>
std::string printed(int family, const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, &address, text.data(), text.size());
    return text.data();
}

} // namespace

std::expected<Mac, std::string> Mac::parse(std::string_view text) {
    Mac mac;
    bool good = text.size() == 17;
    for (std::size_t i = 0; good && i < 6; ++i) {
        const int high = hex_digit(text[3 * i]);
        const int low = hex_digit(text[3 * i + 1]);
        good = high >= 0 && low >= 0 && (i == 5 || text[3 * i + 2] == ':');
        mac.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (!good) {
        return std::unexpected(quoted(text, "is not a MAC address"));
    }
    return mac;
}

std::string Mac::to_string() const {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        if (!text.empty()) {
            text += ':';
        }
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::expected<Ipv4, std::string> Ipv4::parse(std::string_view text) {
    in_addr parsed{};
    if (!presented(AF_INET, text, &parsed)) {
        return std::unexpected(quoted(text, "is not an IPv4 address"));
    }
    return Ipv4{be32::from_raw(parsed.s_addr)};
}

std::string Ipv4::to_string() const {
    return printed(AF_INET, value);
}

std::expected<Ipv6, std::string> Ipv6::parse(std::string_view text) {
    Ipv6 address;
    if (!presented(AF_INET6, text, address.bytes.data())) {
        return std::unexpected(quoted(text, "is not an IPv6 address"));
    }
    return address;
}

std::string Ipv6::to_string() const {
    return printed(AF_INET6, bytes);
}

std::expected<InterfaceAddress4, std::string> InterfaceAddress4::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = Ipv4::parse(text.substr(0, slash));
    unsigned length = 33;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (error != std::errc{} || end != digits.data() + digits.size()) {
            length = 33;
        }
    }
    if (!address || length > 32) {
        return std::unexpected(quoted(text, "is not an IPv4 address with a prefix length"));
    }
    return InterfaceAddress4{*address, static_cast<std::uint8_t>(length)};
}

Prefix4 InterfaceAddress4::prefix() const {
    Prefix4 prefix{{}, length};
    prefix.address = Ipv4{be32{address.host() & prefix.mask()}};
    return prefix;
}

std::expected<Prefix4, std::string> Prefix4::parse(std::string_view text) {
    const auto parsed = InterfaceAddress4::parse(text);
    if (!parsed) {
        return std::unexpected(quoted(text, "is not an IPv4 subnet"));
    }
    if (parsed->prefix().address != parsed->address) {
        return std::unexpected(quoted(text, "has host bits set; the subnet is " + parsed->prefix().to_string()));
    }
    return parsed->prefix();
}

std::string Prefix4::to_string() const {
    return address.to_string() + "/" + std::to_string(length);
}

Mac mac_of(Ipv4 address) {
    Mac mac{{0x02, 0x42}};
    std::memcpy(&mac.bytes[2], &address, 4);
    return mac;
}

} // namespace pontoon
