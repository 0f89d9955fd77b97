// Where the fragment table ends: what does not fit, and what gives way.
#include <algorithm>
#include <vector>

#include "tests/unit/ip/fragment_table.hpp"

namespace pontoon::fragments_bounds_test {

namespace {

// Ids of packets that share a set.
std::vector<std::uint16_t> meeting(const FragmentTable& table, std::size_t count) {
    std::vector<std::uint16_t> ids;
    for (std::uint16_t id = 0; ids.size() < count; ++id) {
        if (table.set_of(key(id)) == table.set_of(key(0))) {
            ids.push_back(id);
        }
    }
    return ids;
}

} // namespace

TEST_CASE("at most sixteen pieces wait for a packet") {
    Fragments t;
    for (unsigned i = 1; i <= 16; ++i) {
        REQUIRE(t.resolve(key(1), 16 * i, 16, true, kStart) == "held");
    }
    CHECK(t.resolve(key(1), 16 * 17, 16, true, kStart) == "fragment_table_full");
    CHECK(t.later(key(2), kStart) == "held");
    CHECK(t.first(key(1), kStart) == "ports");
    CHECK(t.taken().size() == 16);
    CHECK(t.resolve(key(1), 16 * 17, 16, true, kStart) == "ports"); // it was not seen before
}

TEST_CASE("at most 1024 pieces wait in all") {
    Fragments t;
    std::uint16_t id = 0;
    for (; t.table.held() < 1024; ++id) {
        for (unsigned i = 1; i <= 4; ++i) {
            REQUIRE(t.resolve(key(id), 16 * i, 16, true, kStart) == "held");
        }
    }
    const auto packets = t.table.packets();
    CHECK(t.later(key(id), kStart) == "fragment_table_full");
    CHECK(t.table.packets() == packets); // nothing gave way
    CHECK(t.resolve(key(0), 1600, 16, true, kStart) == "fragment_table_full");
    CHECK(t.first(key(0), kStart) == "ports");
    CHECK(t.resolve(key(0), 1600, 16, true, kStart) == "ports");
    CHECK(t.later(key(id), kStart) == "fragment_table_full"); // not taken yet
    CHECK(t.taken().size() == 4);
    CHECK(t.later(key(id), kStart) == "held");
}

TEST_CASE("at most sixteen runs of bytes are noted for a packet") {
    Fragments t;
    for (unsigned i = 0; i < 16; ++i) {
        REQUIRE(t.resolve(key(1), 24 * i, 16, true, kStart) == "ports");
    }
    CHECK(t.resolve(key(1), 24 * 16, 16, true, kStart) == "fragment_table_full");
    CHECK(t.resolve(key(1), 16, 8, true, kStart) == "ports"); // joins two
    CHECK(t.resolve(key(1), 24 * 16, 16, true, kStart) == "ports");
    for (unsigned i = 1; i < 16; ++i) {
        REQUIRE(t.resolve(key(1), 24 * i + 16, 8, true, kStart) == "ports");
    }
    CHECK(t.resolve(key(1), 24 * 16 + 16, 1, false, kStart) == "ports");
    CHECK(t.table.packets() == 0);
}

TEST_CASE("the oldest packet of a full set gives way") {
    Fragments t;
    const auto ids = meeting(t.table, 18);
    REQUIRE(t.later(key(ids[0]), kStart, 9) == "held");
    for (std::uint16_t i = 1; i < 16; ++i) {
        REQUIRE(t.first(key(ids[i]), kStart + i) == "ports");
    }
    CHECK(t.sweep(kStart + 100).empty());
    CHECK(t.first(key(ids[16]), kStart + 100) == "ports");
    CHECK(t.table.packets() == 16);
    CHECK(t.sweep(kStart + 100) == Fragments::GivenUp{{9, Reason::fragment_table_full}});
    for (std::uint16_t i = 1; i <= 16; ++i) {
        CHECK(t.later(key(ids[i]), kStart + 100) == "ports");
    }
    SECTION("one that is over time without harm") {
        const Nanoseconds over = kStart + FragmentTable::kLifetime + 1;
        CHECK(t.first(key(ids[17]), over) == "ports");
        CHECK(t.resolve(key(ids[2]), 32, 16, true, over) == "ports");
        CHECK(t.table.packets() == 16);
    }
}

TEST_CASE("the table's hash depends on its seed and spreads what a counter numbers") {
    const FragmentTable one(1);
    const FragmentTable other(2);
    std::vector<int> met(FragmentTable::kSets);
    int same = 0;
    for (std::uint16_t id = 0; id < 6400; ++id) {
        ++met[one.set_of(key(id))];
        same += one.set_of(key(id)) == other.set_of(key(id)) ? 1 : 0;
    }
    CHECK(std::ranges::all_of(met, [](int count) { return count > 50 && count < 150; }));
    CHECK(same < 200);
}

TEST_CASE("a table frees what it holds when it goes") {
    TestPool pool;
    FragmentTable table(1);
    for (unsigned i = 1; i <= 3; ++i) {
        const auto outcome =
            table.resolve(key(1), 16 * i, 16, true, std::nullopt, pool.copy(frames::Bytes{1}), 1, kStart);
        REQUIRE(outcome.kind == FragmentTable::Outcome::Kind::held);
    }
}

} // namespace pontoon::fragments_bounds_test
