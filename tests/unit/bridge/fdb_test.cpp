#include "dataplane/bridge/fdb.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <vector>

#include "tests/unit/bridge/macs.hpp"

namespace pontoon::fdb_test {

namespace {

using Learned = Fdb::Learned;

constexpr PortId kFirst = 1;
constexpr PortId kSecond = 2;
constexpr Fdb::Tick kAgeingTicks = Fdb::kAgeing >> Fdb::kTickShift;

const auto kKeepAll = [](PortId) { return true; };

} // namespace

TEST_CASE("an FDB finds the port a MAC was last seen on") {
    Fdb fdb(1);
    const auto mac = key_of(fdb, station(1));
    CHECK(fdb.find(mac, 0) == kNoPort);
    CHECK(fdb.learn(mac, kFirst, 0) == Learned::added);
    CHECK(fdb.find(mac, 0) == kFirst);
    CHECK(fdb.learn(mac, kFirst, 0) == Learned::known);
    CHECK(fdb.learn(mac, kFirst, 1) == Learned::refreshed);
    CHECK(fdb.learn(mac, kSecond, 1) == Learned::moved);
    CHECK(fdb.find(mac, 1) == kSecond);
    CHECK(fdb.find(key_of(fdb, station(2)), 1) == kNoPort);
    CHECK(fdb.learned() == 1);
}

TEST_CASE("a learned entry lives for 300 s, to a tick") {
    for (const Fdb::Tick start : {0U, 1U, 4000U, 8191U}) {
        Fdb fdb(1);
        const auto mac = key_of(fdb, station(1));
        const auto after = [&](Fdb::Tick ticks) { return (start + ticks) % 8192; };
        fdb.learn(mac, kFirst, start);
        CHECK(fdb.find(mac, after(kAgeingTicks)) == kFirst);
        CHECK(fdb.find(mac, after(kAgeingTicks + 1)) == kNoPort);
        CHECK(fdb.size(after(kAgeingTicks)) == 1);
        CHECK(fdb.size(after(kAgeingTicks + 1)) == 0);
        CHECK(fdb.sweep(fdb.sets(), after(kAgeingTicks)) == 0);
        CHECK(fdb.sweep(fdb.sets(), after(kAgeingTicks + 1)) == 1);
        CHECK(fdb.learned() == 0);
    }
}

TEST_CASE("a tick is 2^26 ns and ticks start again after kWrap") {
    CHECK(Fdb::tick_of(0) == 0);
    CHECK(Fdb::tick_of((Nanoseconds{1} << 26) - 1) == 0);
    CHECK(Fdb::tick_of(Nanoseconds{1} << 26) == 1);
    CHECK(Fdb::tick_of(Fdb::kWrap - 1) == 8191);
    CHECK(Fdb::tick_of(Fdb::kWrap) == 0);
}

TEST_CASE("traffic keeps an entry young, and an aged entry is learned anew") {
    Fdb fdb(1);
    const auto mac = key_of(fdb, station(1));
    fdb.learn(mac, kFirst, 0);
    CHECK(fdb.learn(mac, kFirst, kAgeingTicks) == Learned::refreshed);
    CHECK(fdb.find(mac, 2 * kAgeingTicks % 8192) == kFirst);
    CHECK(fdb.learn(mac, kSecond, (2 * kAgeingTicks + 1) % 8192) == Learned::added);
    CHECK(fdb.learned() == 1);
}

TEST_CASE("a static entry is never moved and never ages") {
    Fdb fdb(1);
    const auto mac = key_of(fdb, station(1));
    const std::vector<Fdb::Static> statics{{station(1), kFirst}};
    fdb.configure(statics, kKeepAll);
    CHECK(fdb.learn(mac, kFirst, 5) == Learned::known);
    CHECK(fdb.learn(mac, kSecond, 5) == Learned::spoofed);
    for (const Fdb::Tick now : {0U, 5U, kAgeingTicks + 6, 8191U}) {
        fdb.sweep(fdb.sets(), now);
        CHECK(fdb.find(mac, now) == kFirst);
    }
    CHECK(fdb.learned() == 0);
    CHECK(fdb.size(0) == 1);
}

TEST_CASE("a full set gives up its oldest learned entry and no other") {
    Fdb fdb(3);
    const auto macs = meeting(fdb, 10);
    for (unsigned i = 0; i < 8; ++i) {
        CHECK(fdb.learn(key_of(fdb, macs[(i + 3) % 8]), kFirst, 100 + i) == Learned::added);
    }
    CHECK(fdb.learn(key_of(fdb, macs[8]), kSecond, 120) == Learned::added);
    for (unsigned i = 0; i < 8; ++i) {
        CHECK(fdb.find(key_of(fdb, macs[i]), 120) == (i == 3 ? kNoPort : kFirst));
    }
    CHECK(fdb.find(key_of(fdb, macs[8]), 120) == kSecond);
    CHECK(fdb.learned() == 8);
    CHECK(fdb.learn(key_of(fdb, macs[9]), kSecond, 120) == Learned::added);
    CHECK(fdb.find(key_of(fdb, macs[4]), 120) == kNoPort);
}

TEST_CASE("a full set knows the oldest entry also where ticks have started again") {
    Fdb fdb(3);
    const auto macs = meeting(fdb, 9);
    for (unsigned i = 0; i < 8; ++i) {
        fdb.learn(key_of(fdb, macs[i]), kFirst, (8188 + i) % 8192);
    }
    fdb.learn(key_of(fdb, macs[8]), kFirst, 5);
    CHECK(fdb.find(key_of(fdb, macs[0]), 5) == kNoPort);
    CHECK(fdb.find(key_of(fdb, macs[4]), 5) == kFirst);
}

TEST_CASE("a full set prefers the place of an aged entry") {
    Fdb fdb(3);
    const auto macs = meeting(fdb, 9);
    fdb.learn(key_of(fdb, macs[5]), kFirst, 0);
    for (const unsigned i : {0U, 1U, 2U, 3U, 4U, 6U, 7U}) {
        fdb.learn(key_of(fdb, macs[i]), kFirst, 100);
    }
    fdb.learn(key_of(fdb, macs[8]), kFirst, kAgeingTicks + 1);
    for (unsigned i = 0; i < 9; ++i) {
        CHECK(fdb.find(key_of(fdb, macs[i]), kAgeingTicks + 1) == (i == 5 ? kNoPort : kFirst));
    }
    CHECK(fdb.learned() == 8);
}

TEST_CASE("a set full of static entries has no room to learn, and no static entry gives way") {
    Fdb fdb(4);
    const auto macs = meeting(fdb, 10);
    std::vector<Fdb::Static> statics;
    for (unsigned i = 0; i < 7; ++i) {
        statics.push_back({macs[i], kFirst});
    }
    fdb.configure(statics, kKeepAll);
    CHECK(fdb.learn(key_of(fdb, macs[8]), kSecond, 1) == Learned::added);
    CHECK(fdb.learn(key_of(fdb, macs[9]), kSecond, 2) == Learned::added); // in place of the one before
    CHECK(fdb.find(key_of(fdb, macs[8]), 2) == kNoPort);

    statics.push_back({macs[7], kFirst});
    fdb.configure(statics, kKeepAll);
    CHECK(fdb.find(key_of(fdb, macs[9]), 2) == kNoPort);
    CHECK(fdb.learn(key_of(fdb, macs[8]), kSecond, 3) == Learned::full);
    for (const auto& entry : statics) {
        CHECK(fdb.find(key_of(fdb, entry.mac), 3) == kFirst);
    }
    CHECK(fdb.learned() == 0);
}

TEST_CASE("eight static entries fit a set and nine do not, whatever their order") {
    const Fdb fdb(5);
    const auto macs = meeting(fdb, 9);
    std::vector<Fdb::Static> statics;
    for (unsigned i = 0; i < 2000; ++i) {
        statics.push_back({station(1'000'000 + i), kFirst});
    }
    for (unsigned i = 0; i < 8; ++i) {
        statics.insert(statics.begin() + i * 100, {macs[i], kFirst});
    }
    CHECK(fdb.fits(statics));
    CHECK(fdb.fits(statics, std::span(statics).first(200)));
    statics.push_back({macs[8], kFirst});
    CHECK_FALSE(fdb.fits(statics));
    CHECK_FALSE(fdb.fits(statics, std::span(statics).last(1)));
    CHECK_FALSE(fdb.fits(statics, std::span(statics).first(1))); // it stands in the full set
    CHECK(fdb.fits(statics, std::span(statics).subspan(1, 99))); // who does not ask for that set has room
    CHECK(Fdb(6).fits(statics));
    CHECK(fdb.fits({}));
}

TEST_CASE("configuring replaces static entries and forgets what was behind lost ports") {
    Fdb fdb(7);
    const std::vector<Fdb::Static> before{{station(1), kFirst}, {station(2), kSecond}};
    fdb.configure(before, kKeepAll);
    fdb.learn(key_of(fdb, station(11)), kFirst, 0);
    fdb.learn(key_of(fdb, station(12)), kSecond, 0);
    const std::vector<Fdb::Static> after{{station(1), kSecond}, {station(11), kSecond}};
    fdb.configure(after, [](PortId port) { return port == kSecond; });
    CHECK(fdb.find(key_of(fdb, station(1)), 0) == kSecond);
    CHECK(fdb.find(key_of(fdb, station(2)), 0) == kNoPort);
    CHECK(fdb.find(key_of(fdb, station(11)), 0) == kSecond);
    CHECK(fdb.find(key_of(fdb, station(12)), 0) == kSecond);
    CHECK(fdb.learned() == 1);
    CHECK(fdb.size(0) == 3);
}

TEST_CASE("a sweep goes on where the last one ended") {
    Fdb fdb(8);
    for (unsigned i = 0; i < 1000; ++i) {
        fdb.learn(key_of(fdb, station(i)), kFirst, 0);
    }
    std::size_t freed = 0;
    for (int part = 0; part < 16; ++part) {
        freed += fdb.sweep(fdb.sets() / 16, kAgeingTicks + 1);
        CHECK(fdb.learned() == 1000 - freed);
    }
    CHECK(freed == 1000);
    CHECK(fdb.sweep(10 * fdb.sets(), kAgeingTicks + 1) == 0);
}

TEST_CASE("no two MACs are one key, and all bits of a MAC count") {
    const Fdb fdb(9);
    std::map<Fdb::Key, Mac> seen;
    for (unsigned i = 0; i < 50000; ++i) {
        const Mac mac = station(i);
        CHECK(fdb.find(key_of(fdb, mac), 0) == kNoPort);
        REQUIRE(seen.emplace(key_of(fdb, mac), mac).second);
    }
    for (std::size_t byte = 0; byte < 6; ++byte) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Mac mac = station(7);
            mac.bytes[byte] = static_cast<std::uint8_t>(mac.bytes[byte] ^ 1U << bit);
            CHECK(key_of(fdb, mac) != key_of(fdb, station(7)));
        }
    }
}

TEST_CASE("as many stations in a row as half the places nearly all find room") {
    for (const unsigned stride : {1U, 2U, 256U, 65536U}) {
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            Fdb fdb(seed * 0x9e3779b97f4a7c15);
            const unsigned count = Fdb::kWays * Fdb::kMinSets / 2;
            for (unsigned i = 0; i < count; ++i) {
                fdb.learn(key_of(fdb, station(std::uint64_t{i} * stride)), kFirst, 0);
            }
            INFO("stride " << stride << ", seed " << seed);
            CHECK(fdb.learned() > count / 100 * 95); // by chance 98 % do
        }
    }
}

TEST_CASE("the largest port number fits an entry") {
    Fdb fdb(10);
    fdb.learn(key_of(fdb, station(1)), Fdb::kMaxPort, 8191);
    CHECK(fdb.find(key_of(fdb, station(1)), 8191) == Fdb::kMaxPort);
    CHECK(fdb.find(key_of(fdb, station(1)), 0) == Fdb::kMaxPort);
}

} // namespace pontoon::fdb_test
