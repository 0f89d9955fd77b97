#include <catch2/catch.hpp>

#include <algorithm>

#include "dataplane/wire/address.hpp"

namespace pontoon::address_test {

namespace {

template <typename Address>
void check_refused(std::initializer_list<std::string_view> texts, const std::string& problem) {
    for (const auto text : texts) {
        INFO(text);
        const auto parsed = Address::parse(text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error() == '"' + std::string(text) + "\" " + problem);
    }
}

Ipv4 ip(std::string_view text) {
    return Ipv4::parse(text).value();
}

Prefix4 prefix(std::string_view text) {
    return Prefix4::parse(text).value();
}

} // namespace

TEST_CASE("big-endian integers lie in memory as on the wire and compare as numbers") {
    const be16 port{0x1234};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&port);
    CHECK(bytes[0] == 0x12);
    CHECK(bytes[1] == 0x34);
    CHECK(port.host() == 0x1234);
    CHECK(be16::from_raw(port.raw()) == port);
    CHECK(be16{0x00ff} < be16{0x0100});
    CHECK(be32{0x000000ff} < be32{0x01000000});
}

TEST_CASE("a MAC address is six pairs of hexadecimal digits") {
    const auto mac = Mac::parse("02:42:aC:12:00:0f");
    REQUIRE(mac.has_value());
    CHECK(mac->to_string() == "02:42:ac:12:00:0f");
    CHECK(Mac::from_bits(mac->bits()) == *mac);
    CHECK(mac->bits() >> 48 == 0);
    CHECK(mac->bits() != Mac::parse("02:42:ac:12:0f:00")->bits());
    check_refused<Mac>({"", "02:42:ac:12:00", "02:42:ac:12:00:0f:01", "02-42-ac-12-00-0f", "02:42:ac:12:00:0g",
                        "2:42:ac:12:00:0f1", "02:42:ac:12:00:f ", " 2:42:ac:12:00:0f", "0x:42:ac:12:00:0f"},
                       "is not a MAC address");
}

TEST_CASE("MAC addresses know what a bridge may do with them") {
    CHECK(kBroadcast.is_group());
    CHECK(Mac::parse("01:00:5e:00:00:fb")->is_group());
    CHECK_FALSE(Mac::parse("02:00:5e:00:00:fb")->is_group());
    CHECK(Mac{}.is_zero());
    CHECK_FALSE(kBroadcast.is_zero());
    CHECK(Mac::parse("01:80:c2:00:00:00")->is_link_local());
    CHECK(Mac::parse("01:80:c2:00:00:0f")->is_link_local());
    CHECK_FALSE(Mac::parse("01:80:c2:00:00:10")->is_link_local());
    CHECK_FALSE(Mac::parse("01:80:c2:00:01:00")->is_link_local());
}

TEST_CASE("an IPv4 address is a dotted quad") {
    CHECK(ip("172.18.0.2").host() == 0xac120002);
    CHECK(ip("172.18.0.2").to_string() == "172.18.0.2");
    CHECK(ip("0.0.0.0").is_unspecified());
    CHECK_FALSE(ip("0.0.0.1").is_unspecified());
    CHECK(ip("255.255.255.255").to_string() == "255.255.255.255");
    CHECK(ip("9.0.0.0") < ip("10.0.0.0"));
    using namespace std::string_view_literals;
    check_refused<Ipv4>(
        {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.-4"},
        "is not an IPv4 address");
    CHECK_FALSE(Ipv4::parse("1.2.3.4\0"sv).has_value());
}

TEST_CASE("an IPv6 address reads and prints as RFC 5952 wants it") {
    CHECK(Ipv6::parse("2001:DB8:0:0:0:0:0:1")->to_string() == "2001:db8::1");
    CHECK(Ipv6::parse("::")->to_string() == "::");
    CHECK(Ipv6::parse("::ffff:1.2.3.4")->to_string() == "::ffff:1.2.3.4");
    check_refused<Ipv6>({"", ":", "1::2::3", "1:2:3:4:5:6:7", "g::", "::1%eth0", "1.2.3.4"}, "is not an IPv6 address");
}

TEST_CASE("a subnet has no bit set behind its length") {
    CHECK(prefix("172.18.0.0/16").to_string() == "172.18.0.0/16");
    CHECK(prefix("0.0.0.0/0").contains(ip("255.1.2.3")));
    CHECK(prefix("1.2.3.4/32").contains(ip("1.2.3.4")));
    CHECK_FALSE(prefix("1.2.3.4/32").contains(ip("1.2.3.5")));
    check_refused<Prefix4>({"", "172.18.0.0", "172.18.0.0/", "172.18.0.0/33", "172.18.0.0/-1", "172.18.0.0/16x",
                            "172.18.0.0/ 16", "172.18.0.0/4294967297", "/16", "x/16"},
                           "is not an IPv4 subnet");
    check_refused<Prefix4>({"172.18.5.0/16"}, "has host bits set; the subnet is 172.18.0.0/16");
    check_refused<Prefix4>({"0.0.0.1/0"}, "has host bits set; the subnet is 0.0.0.0/0");
}

TEST_CASE("subnets overlap where one contains the other") {
    CHECK(prefix("172.18.0.0/16").overlaps(prefix("172.18.5.0/24")));
    CHECK(prefix("172.18.5.0/24").overlaps(prefix("172.18.0.0/16")));
    CHECK_FALSE(prefix("172.18.0.0/24").overlaps(prefix("172.18.1.0/24")));
    CHECK(prefix("0.0.0.0/0").overlaps(prefix("172.18.1.0/24")));
}

TEST_CASE("no host may have a subnet's own addresses, and small subnets have none") {
    CHECK(prefix("10.0.0.0/30").is_network_or_broadcast(ip("10.0.0.0")));
    CHECK(prefix("10.0.0.0/30").is_network_or_broadcast(ip("10.0.0.3")));
    CHECK_FALSE(prefix("10.0.0.0/30").is_network_or_broadcast(ip("10.0.0.1")));
    CHECK_FALSE(prefix("10.0.0.0/30").is_network_or_broadcast(ip("10.0.0.7")));
    CHECK_FALSE(prefix("10.0.0.0/31").is_network_or_broadcast(ip("10.0.0.0")));
    CHECK_FALSE(prefix("10.0.0.1/32").is_network_or_broadcast(ip("10.0.0.1")));
}

TEST_CASE("an interface address names its network") {
    const auto address = InterfaceAddress4::parse("203.0.113.10/24");
    REQUIRE(address.has_value());
    CHECK(address->address == ip("203.0.113.10"));
    CHECK(address->prefix() == prefix("203.0.113.0/24"));
    check_refused<InterfaceAddress4>({"203.0.113.10", "203.0.113.10/33"},
                                     "is not an IPv4 address with a prefix length");
}

TEST_CASE("an error about an address is one short line whatever the address was") {
    const std::string nasty = "\n\r\t\x1b[31m\x7f" + std::string(100, 'x');
    for (const auto& error : {Mac::parse(nasty).error(), Ipv4::parse(nasty).error(), Ipv6::parse(nasty).error(),
                              Prefix4::parse(nasty).error(), InterfaceAddress4::parse(nasty).error()}) {
        CHECK(error.size() < 128);
        CHECK(std::ranges::none_of(error, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    }
}

TEST_CASE("Docker's MAC address is made of the IPv4 address") {
    CHECK(mac_of(ip("172.18.0.2")).to_string() == "02:42:ac:12:00:02");
}

} // namespace pontoon::address_test
