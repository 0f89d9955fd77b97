#include "dataplane/ip/fragments.hpp"

#include <vector>

#include "tests/unit/ip/fragment_table.hpp"

namespace pontoon::fragments_test {

TEST_CASE("later pieces get the first one's ports until the packet is whole") {
    Fragments t;
    CHECK(t.resolve(key(1), 0, 1480, true, kStart) == "ports");
    CHECK(t.resolve(key(1), 2960, 1480, true, kStart) == "ports");
    CHECK(t.resolve(key(1), 1480, 1480, true, kStart) == "ports");
    CHECK(t.table.packets() == 1);
    CHECK(t.resolve(key(1), 4440, 7, false, kStart) == "ports");
    CHECK(t.table.packets() == 0);
    CHECK(t.later(key(1), kStart) == "held"); // the id is a new packet
}

TEST_CASE("every part of the key tells packets apart") {
    Fragments t;
    const auto mine = key(1);
    REQUIRE(t.first(mine, kStart) == "ports");
    auto other = mine;
    SECTION("source") {
        other.source = Ipv4{be32{0xac120003}};
    }
    SECTION("destination") {
        other.destination = Ipv4{be32{0x08080809}};
    }
    SECTION("id") {
        other.id = be16{2};
    }
    SECTION("protocol") {
        other.protocol = protocol::kSctp;
    }
    SECTION("zone") {
        other.zone = 2;
    }
    CHECK(t.later(other, kStart) == "held");
    CHECK(t.later(mine, kStart) == "ports");
}

TEST_CASE("pieces wait for the first one, and come in their order of arrival") {
    Fragments t;
    CHECK(t.resolve(key(1), 32, 5, false, kStart, 11) == "held");
    CHECK(t.resolve(key(2), 16, 16, true, kStart, 99) == "held");
    CHECK(t.resolve(key(1), 16, 16, true, kStart, 12) == "held");
    CHECK(t.table.held() == 3);
    CHECK(t.taken().empty());
    CHECK(t.first(key(1), kStart + 1) == "ports");
    CHECK(t.table.packets() == 1); // whole, so only the other one is left
    CHECK(t.taken() == std::vector{11, 12});
    CHECK(t.table.held() == 1);
    CHECK(t.sweep(kStart + 1).empty());
}

TEST_CASE("a piece waits for one second") {
    Fragments t;
    REQUIRE(t.later(key(1), kStart, 7) == "held");
    REQUIRE(t.resolve(key(1), 32, 16, true, kStart + 1, 8) == "held");
    SECTION("a first piece in time finds it") {
        CHECK(t.first(key(1), kStart + kSecond - 1) == "ports");
        CHECK(t.taken() == std::vector{7, 8});
    }
    SECTION("a later one does not, though nobody swept") {
        CHECK(t.first(key(1), kStart + kSecond) == "ports");
        CHECK(t.taken() == std::vector{8});
        CHECK(t.table.held() == 1);
        CHECK(t.sweep(kStart + kSecond) == Fragments::GivenUp{{7, Reason::fragment_timeout}});
        CHECK(t.resolve(key(1), 48, 16, true, kStart + kSecond) == "ports");
    }
    SECTION("the sweep finds it") {
        CHECK(t.sweep(kStart + kSecond - 1).empty());
        CHECK(t.sweep(kStart + kSecond) == Fragments::GivenUp{{7, Reason::fragment_timeout}});
        CHECK(t.sweep(kStart + kSecond + 1) == Fragments::GivenUp{{8, Reason::fragment_timeout}});
        CHECK(t.table.held() == 0);
        CHECK(t.table.packets() == 1);
    }
    SECTION("it makes room for others") {
        for (unsigned i = 2; i < 16; ++i) {
            REQUIRE(t.resolve(key(1), 16 + 16 * i, 16, true, kStart + 2) == "held");
        }
        CHECK(t.resolve(key(1), 400, 16, true, kStart + 2) == "fragment_table_full");
        CHECK(t.resolve(key(1), 400, 16, true, kStart + kSecond) == "held");
    }
}

TEST_CASE("a packet is remembered for thirty seconds after its first piece") {
    Fragments t;
    const Nanoseconds over = kStart + FragmentTable::kLifetime;
    REQUIRE(t.first(key(1), kStart) == "ports");
    SECTION("to the nanosecond, though nobody swept") {
        CHECK(t.later(key(1), over - 1) == "ports");
        CHECK(t.later(key(1), over) == "held");
    }
    SECTION("and then a first piece makes a new one of it") {
        CHECK(t.first(key(1), over - 1) == "fragment_duplicate");
        CHECK(t.first(key(1), over) == "ports");
        CHECK(t.later(key(1), over + FragmentTable::kLifetime - 1) == "ports");
    }
    SECTION("and the sweep frees it") {
        t.sweep(over - 1);
        CHECK(t.table.packets() == 1);
        t.sweep(over);
        CHECK(t.table.packets() == 0);
    }
    SECTION("with what waits for it") {
        REQUIRE(t.later(key(2), kStart) == "held");
        REQUIRE(t.resolve(key(2), 32, 16, true, over - 1, 5) == "held");
        CHECK(t.first(key(2), over) == "ports");
        CHECK(t.taken().empty());
        CHECK(t.sweep(over) == Fragments::GivenUp{{0, Reason::fragment_timeout}, {5, Reason::fragment_timeout}});
    }
}

TEST_CASE("a sweep goes over the table slice by slice") {
    Fragments t;
    for (std::uint16_t id = 0; id < 200; ++id) {
        REQUIRE(t.first(key(id), kStart) == "ports");
    }
    const Nanoseconds over = kStart + FragmentTable::kLifetime;
    for (std::size_t slice = 0; slice < FragmentTable::kSets; ++slice) {
        const auto before = t.table.packets();
        t.sweep(over, 1);
        CHECK(before - t.table.packets() <= FragmentTable::kWays);
    }
    CHECK(t.table.packets() == 0);
}

TEST_CASE("pieces that overlap poison their packet") {
    struct Lie {
        const char* what;
        unsigned offset;
        unsigned length;
        bool more;
    };
    // Bytes 0 to 16, 32 to 64 and, at the end, 96 to 100 were seen.
    const auto lie = GENERATE(values<Lie>({{"over a beginning", 24, 16, true},
                                           {"over an end", 8, 16, true},
                                           {"inside and out", 56, 16, true},
                                           {"over a whole piece", 24, 48, true},
                                           {"over several pieces", 8, 64, true},
                                           {"from the beginning", 0, 24, true},
                                           {"over the last piece", 88, 16, true},
                                           {"a second end behind the first", 96, 8, false},
                                           {"a second end before it", 64, 8, false},
                                           {"an end inside a piece", 32, 9, false},
                                           {"behind the end", 104, 8, true}}));
    INFO(lie.what);
    Fragments t;
    REQUIRE(t.resolve(key(1), 0, 16, true, kStart) == "ports");
    REQUIRE(t.resolve(key(1), 32, 32, true, kStart) == "ports");
    REQUIRE(t.resolve(key(1), 96, 4, false, kStart) == "ports");
    CHECK(t.resolve(key(1), lie.offset, lie.length, lie.more, kStart) == "fragment_overlap");
    CHECK(t.resolve(key(1), 16, 16, true, kStart) == "fragment_overlap"); // which would have fitted
    CHECK(t.resolve(key(1), 0, 16, true, kStart) == "fragment_overlap");
    CHECK(t.later(key(1), kStart + FragmentTable::kLifetime) == "held");
}

TEST_CASE("what waits for a packet that is poisoned is dropped with it") {
    Fragments t;
    REQUIRE(t.resolve(key(1), 16, 16, true, kStart, 3) == "held");
    REQUIRE(t.resolve(key(1), 32, 16, true, kStart, 4) == "held");
    SECTION("by another one") {
        CHECK(t.resolve(key(1), 8, 16, true, kStart) == "fragment_overlap");
    }
    SECTION("by the first") {
        CHECK(t.resolve(key(1), 0, 24, true, kStart) == "fragment_overlap");
    }
    CHECK(t.sweep(kStart) == Fragments::GivenUp{{3, Reason::fragment_overlap}, {4, Reason::fragment_overlap}});
    CHECK(t.first(key(1), kStart) == "fragment_overlap");
    CHECK(t.taken().empty());
}

TEST_CASE("a duplicate is dropped alone") {
    Fragments t;
    REQUIRE(t.resolve(key(1), 16, 16, true, kStart) == "held");
    CHECK(t.resolve(key(1), 16, 16, true, kStart) == "fragment_duplicate");
    REQUIRE(t.first(key(1), kStart) == "ports");
    CHECK(t.taken() == std::vector{0});
    CHECK(t.first(key(1), kStart) == "fragment_duplicate");
    CHECK(t.resolve(key(1), 16, 16, true, kStart) == "fragment_duplicate");
    CHECK(t.resolve(key(1), 8, 16, true, kStart) == "fragment_duplicate"); // all of it was seen
    CHECK(t.resolve(key(1), 32, 3, false, kStart) == "ports");
    CHECK(t.table.packets() == 0);
}

TEST_CASE("tiny and false pieces leave no trace") {
    Fragments t;
    CHECK(t.resolve(key(1, protocol::kTcp), 8, 16, true, kStart) == "fragment_tiny");
    CHECK(t.resolve(key(1, protocol::kUdp), 8, 16, true, kStart) == "held");
    CHECK(t.resolve(key(2), 16, 0, true, kStart) == "fragment_bad_length");
    CHECK(t.resolve(key(2), 16, 9, true, kStart) == "fragment_bad_length");
    CHECK(t.resolve(key(2), 17, 8, true, kStart) == "fragment_bad_length");
    CHECK(t.resolve(key(2), 65528, 8, false, kStart) == "fragment_bad_length");
    CHECK(t.resolve(key(2), 65528, 0xffffffff, false, kStart) == "fragment_bad_length");
    CHECK(t.resolve(key(2), 0xfffffff8, 16, false, kStart) == "fragment_bad_length");
    CHECK(t.table.resolve(key(2), 0, 16, true, std::nullopt, nullptr, 1, kStart).reason == Reason::fragment_tiny);
    CHECK(t.table.packets() == 1);
    CHECK(t.resolve(key(2), 65528, 7, false, kStart) == "held");
}

} // namespace pontoon::fragments_test
