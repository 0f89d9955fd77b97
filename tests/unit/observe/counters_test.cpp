#include "dataplane/observe/counters.hpp"

#include <catch2/catch.hpp>

namespace pontoon::counters_test {

TEST_CASE("packets are conserved when what came and was made is what left and ended") {
    Stats stats;
    CHECK(stats.is_conserved());
    stats.total.received = 10;
    stats.total.copied = 5;
    stats.total.originated = 2;
    CHECK_FALSE(stats.is_conserved());
    stats.total.sent = 8;
    stats.total.consumed = 3;
    stats.held = 1;
    stats.total.drops[static_cast<std::size_t>(Reason::tx_full)] = 4;
    stats.total.drops[static_cast<std::size_t>(Reason::no_route)] = 1;
    CHECK(stats.dropped() == 5);
    CHECK(stats.is_conserved());
    ++stats.held;
    CHECK_FALSE(stats.is_conserved());
    ++stats.total.received;
    CHECK(stats.is_conserved());
    ++stats.total.merged;
    CHECK_FALSE(stats.is_conserved());
}

TEST_CASE("what workers counted adds up") {
    TotalCounters a;
    a.received.add(1);
    a.copied.add(2);
    a.originated.add(3);
    a.sent.add(4);
    a.consumed.add(5);
    a.drops[1].add(6);
    a.merged.add(7);
    TotalStats sum;
    add(sum, a);
    add(sum, a);
    CHECK(sum.received == 2);
    CHECK(sum.copied == 4);
    CHECK(sum.originated == 6);
    CHECK(sum.sent == 8);
    CHECK(sum.consumed == 10);
    CHECK(sum.drops[1] == 12);
    CHECK(sum.merged == 14);
    CHECK(sum.drops[2] == 0);
}

TEST_CASE("every reason has a name and a sentence of its own") {
    CHECK(name_of(Reason::none) == "none");
    CHECK(name_of(Reason::tx_full) == "tx_full");
    CHECK(text_of(Reason::tx_full) == "the output port did not take the packet");
    for (std::size_t i = 1; i < kReasonCount; ++i) {
        CHECK_FALSE(kReasonTexts[i].text.empty());
        for (std::size_t other = 0; other < i; ++other) {
            CHECK(kReasonTexts[i].name != kReasonTexts[other].name);
            CHECK(kReasonTexts[i].text != kReasonTexts[other].text);
        }
    }
}

} // namespace pontoon::counters_test
