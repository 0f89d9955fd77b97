// Subnets that do not overlap, against a list of them.
#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include "control/ipam/subnet_tree.hpp"

namespace pontoon::subnet_tree_test {

namespace {

Prefix4 prefix(const char* text) {
    return *Prefix4::parse(text);
}
std::string text(const std::optional<Prefix4>& subnet) {
    return subnet ? subnet->to_string() : "none";
}

// The same by looking at everything.
std::optional<Prefix4> searched(const std::vector<Prefix4>& taken, const Prefix4& base, std::uint8_t length,
                                Ipv4 from) {
    if (length < base.length) {
        return std::nullopt;
    }
    const std::uint64_t size = std::uint64_t{1} << (32 - length);
    const std::uint64_t end = base.address.host() + (std::uint64_t{1} << (32 - base.length));
    for (std::uint64_t at = base.address.host(); at < end; at += size) {
        const Prefix4 candidate{Ipv4{be32{static_cast<std::uint32_t>(at)}}, length};
        const auto overlaps = [&](const Prefix4& other) { return other.overlaps(candidate); };
        if (at >= from.host() && std::ranges::none_of(taken, overlaps)) {
            return candidate;
        }
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("the lowest free subnet of a base is found, and what is in the way of one") {
    SubnetTree tree;
    const auto base = prefix("10.0.0.0/8");
    CHECK(text(tree.lowest_free(base, 24, {})) == "10.0.0.0/24");
    CHECK(text(tree.lowest_free(base, 7, {})) == "none");
    tree.take(prefix("10.0.0.0/24"));
    tree.take(prefix("10.0.2.128/25"));
    CHECK(text(tree.lowest_free(base, 24, {})) == "10.0.1.0/24");
    CHECK(text(tree.lowest_free(base, 25, *Ipv4::parse("10.0.2.0"))) == "10.0.2.0/25");
    CHECK(text(tree.lowest_free(base, 24, *Ipv4::parse("10.0.1.1"))) == "10.0.3.0/24");
    CHECK(text(tree.lowest_free(base, 8, {})) == "none");
    CHECK(text(tree.lowest_free(prefix("10.0.0.0/25"), 26, {})) == "none"); // inside of one that is taken
    CHECK(text(tree.overlapping(prefix("0.0.0.0/0"))) == "10.0.0.0/24");
    CHECK(text(tree.overlapping(prefix("10.0.2.0/24"))) == "10.0.2.128/25");
    CHECK(text(tree.overlapping(prefix("10.0.2.200/32"))) == "10.0.2.128/25");
    CHECK(text(tree.overlapping(prefix("10.0.2.0/25"))) == "none");
    tree.give_back(prefix("10.0.0.0/24"));
    CHECK(text(tree.lowest_free(base, 24, {})) == "10.0.0.0/24");
    tree.give_back(prefix("10.0.2.128/25"));
    CHECK(text(tree.overlapping(prefix("0.0.0.0/0"))) == "none");
}

TEST_CASE("the whole of the address space and its last address are subnets like others") {
    SubnetTree tree;
    tree.take(prefix("255.255.255.255/32"));
    CHECK(text(tree.lowest_free(prefix("255.255.255.254/31"), 32, {})) == "255.255.255.254/32");
    CHECK(text(tree.lowest_free(prefix("255.255.255.255/32"), 32, {})) == "none");
    tree.give_back(prefix("255.255.255.255/32"));
    tree.take(prefix("0.0.0.0/0"));
    CHECK(text(tree.overlapping(prefix("8.8.8.8/32"))) == "0.0.0.0/0");
    CHECK(text(tree.lowest_free(prefix("0.0.0.0/0"), 32, {})) == "none");
}

TEST_CASE("subnets of all sizes that come and go are where a list has them") {
    std::mt19937 random(5);
    SubnetTree tree;
    std::vector<Prefix4> taken;
    const auto base = prefix("172.16.0.0/22");
    for (int i = 0; i < 4000; ++i) {
        const auto length = static_cast<std::uint8_t>(24 + random() % 9);
        const Ipv4 from{be32{base.address.host() + static_cast<std::uint32_t>(random() % 1100)}};
        const auto expected = searched(taken, base, length, from);
        REQUIRE(text(tree.lowest_free(base, length, from)) == text(expected));
        const Prefix4 any = InterfaceAddress4{from, length}.prefix();
        const auto overlapping = tree.overlapping(any);
        const auto overlaps = [&](const Prefix4& other) { return other.overlaps(any); };
        REQUIRE(overlapping.has_value() == std::ranges::any_of(taken, overlaps));
        REQUIRE((!overlapping || std::ranges::find(taken, *overlapping) != taken.end()));
        if (expected && random() % 2 == 0) {
            tree.take(*expected);
            taken.push_back(*expected);
        } else if (!taken.empty()) {
            std::swap(taken[random() % taken.size()], taken.back());
            tree.give_back(taken.back());
            taken.pop_back();
        }
    }
}

} // namespace pontoon::subnet_tree_test
