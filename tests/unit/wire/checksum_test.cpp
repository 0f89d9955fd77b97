#include <catch2/catch.hpp>

#include <random>

#include "dataplane/wire/checksum.hpp"
#include "dataplane/wire/headers.hpp"
#include "tests/unit/frames.hpp"

namespace pontoon::checksum_test {

namespace {

using frames::Bytes;

Bytes random_bytes(std::mt19937& random, std::size_t count) {
    Bytes bytes(count);
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    return bytes;
}

std::uint32_t crc_of(const Bytes& bytes) {
    return ~crc32c(bytes.data(), bytes.size(), kCrc32cStart);
}

} // namespace

TEST_CASE("a sum of bytes is what a plain loop makes of them, whatever their number and place") {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        const std::size_t start = random() % 16;
        const Bytes all = random_bytes(random, start + random() % 200);
        const Bytes bytes(all.begin() + static_cast<std::ptrdiff_t>(start), all.end());
        REQUIRE(be16::from_raw(fold(sum_bytes(all.data() + start, bytes.size()))).host() == frames::naive_sum(bytes));
    }
}

TEST_CASE("a sum goes on where another ended") {
    std::mt19937 random(2);
    const Bytes bytes = random_bytes(random, 1000);
    for (std::size_t cut = 0; cut <= bytes.size(); cut += 2) {
        const Sum first = sum_bytes(bytes.data(), cut);
        REQUIRE(fold(sum_bytes(bytes.data() + cut, bytes.size() - cut, first)) ==
                fold(sum_bytes(bytes.data(), bytes.size())));
    }
}

TEST_CASE("the sum of the longest frame of all ones does not overflow") {
    const Bytes ones(262144, 0xff);
    CHECK(fold(sum_bytes(ones.data(), ones.size())) == 0xffff);
}

TEST_CASE("folding keeps carries") {
    CHECK(fold(0) == 0);
    CHECK(fold(0xffff) == 0xffff);
    CHECK(fold(0x10000) == 1);
    CHECK(fold(0x1ffff) == 1);
    CHECK(fold(0xffff'ffff) == 0xffff);
    CHECK(fold(0xffff'ffff'ffff'ffff) == 0xffff);
    CHECK(fold(0x1'0000'0000) == 1);
    CHECK(fold(0xfffe'ffff'ffff'0001) == 0xffff);
}

TEST_CASE("folding is the remainder modulo 65535, where all ones stand for its multiples") {
    std::mt19937_64 random(6);
    for (int round = 0; round < 100000; ++round) {
        const Sum sum = random() >> random() % 64;
        REQUIRE(fold(sum) == (sum == 0 ? 0 : (sum - 1) % 65535 + 1));
        REQUIRE(fold(~sum) == (~sum == 0 ? 0 : (~sum - 1) % 65535 + 1));
    }
}

TEST_CASE("a sum that is nearly full takes more bytes") {
    std::mt19937 random(8);
    for (int round = 0; round < 1000; ++round) {
        const Bytes bytes = random_bytes(random, 1 + random() % 40);
        const Sum nearly = ~Sum{0} - random() % 65536;
        const Sum apart = Sum{fold(nearly)} + fold(sum_bytes(bytes.data(), bytes.size()));
        REQUIRE(fold(sum_bytes(bytes.data(), bytes.size(), nearly)) == fold(apart));
    }
}

TEST_CASE("data that carries its checksum sums right") {
    CHECK(sums_right(0xffff));
    CHECK(sums_right(0xffff'0000));
    CHECK_FALSE(sums_right(0));
    CHECK_FALSE(sums_right(0x10000));
    std::mt19937 random(3);
    for (int round = 0; round < 1000; ++round) {
        Bytes bytes = random_bytes(random, 2 + 2 * (random() % 50));
        store(bytes.data(), be16{});
        store(bytes.data(), checksum_of(sum_bytes(bytes.data(), bytes.size())));
        REQUIRE(sums_right(sum_bytes(bytes.data(), bytes.size())));
        bytes.back() ^= 1;
        REQUIRE_FALSE(sums_right(sum_bytes(bytes.data(), bytes.size())));
    }
}

TEST_CASE("an updated checksum is the one made anew") {
    std::mt19937 random(4);
    for (int round = 0; round < 100000; ++round) {
        Bytes bytes = random_bytes(random, 20);
        store(bytes.data() + 10, be16{});
        const be16 checksum = checksum_of(sum_bytes(bytes.data(), bytes.size()));
        const auto before = load<be16>(bytes.data() + 4);
        const be16 after{static_cast<std::uint16_t>(random() % 4 == 0 ? ~before.host() : random())};
        store(bytes.data() + 4, after);
        const be16 anew = checksum_of(sum_bytes(bytes.data(), bytes.size()));
        REQUIRE(updated(checksum, before, after) == anew);
    }
}

TEST_CASE("RFC 1624's own example updates right, where RFC 1141 went wrong") {
    CHECK(updated(be16{0xdd2f}, be16{0x5555}, be16{0x3285}) == be16{0x0000});
}

TEST_CASE("pseudo-headers sum to what their bytes sum to") {
    const auto source = Ipv4::parse("172.18.0.2").value();
    const auto destination = Ipv4::parse("255.255.255.254").value();
    CHECK(be16::from_raw(fold(sum_pseudo_header(source, destination, 17, 0xfffe))).host() ==
          frames::naive_sum(frames::hex("ac120002 fffffffe 0011 fffe")));
    const auto six = Ipv6::parse("fd00::2").value();
    const auto other = Ipv6::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").value();
    CHECK(be16::from_raw(fold(sum_pseudo_header(six, other, 58, 0x12345))).host() ==
          frames::naive_sum(
              frames::join({Bytes(six.bytes.begin(), six.bytes.end()), Bytes(other.bytes.begin(), other.bytes.end()),
                            frames::hex("00012345 0000003a")})));
}

TEST_CASE("CRC32c gives the results of RFC 3720 appendix B.4") {
    Bytes rising(32);
    Bytes falling(32);
    for (std::uint8_t i = 0; i < 32; ++i) {
        rising[i] = i;
        falling[31 - i] = i;
    }
    CHECK(crc_of(Bytes(32, 0x00)) == 0x8a9136aa);
    CHECK(crc_of(Bytes(32, 0xff)) == 0x62a8ab43);
    CHECK(crc_of(rising) == 0x46dd794e);
    CHECK(crc_of(falling) == 0x113fdb5c);
    CHECK(crc_of(frames::hex("01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018"
                             "28000000 00000000 02000000 00000000")) == 0xd9963a56);
}

TEST_CASE("CRC32c is what a plain loop makes of the bytes, also in pieces") {
    std::mt19937 random(5);
    for (int round = 0; round < 1000; ++round) {
        const Bytes bytes = random_bytes(random, random() % 100);
        const std::size_t cut = bytes.empty() ? 0 : random() % bytes.size();
        const auto first = crc32c(bytes.data(), cut, kCrc32cStart);
        REQUIRE(~crc32c(bytes.data() + cut, bytes.size() - cut, first) == frames::naive_crc32c(bytes));
    }
}

} // namespace pontoon::checksum_test
