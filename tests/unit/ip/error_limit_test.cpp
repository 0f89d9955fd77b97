#include "dataplane/ip/error_limit.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <vector>

namespace pontoon::error_limit_test {

namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

Ipv4 address(std::uint32_t host) {
    return Ipv4{be32{host}};
}

// Addresses that do not meet.
std::vector<Ipv4> apart(const ErrorLimit& limit, std::size_t count) {
    std::vector<Ipv4> found;
    std::vector<bool> taken(ErrorLimit::kSlots);
    for (std::uint32_t host = 0x0a000001; found.size() < count; ++host) {
        const auto slot = limit.slot_of(address(host));
        if (!taken[slot]) {
            taken[slot] = true;
            found.push_back(address(host));
        }
    }
    return found;
}

unsigned allowed(ErrorLimit& limit, Ipv4 destination, Nanoseconds now, unsigned asked) {
    unsigned count = 0;
    while (asked-- != 0) {
        count += limit.allow(destination, now) ? 1 : 0;
    }
    return count;
}

// A bucket as one explains it: credit that grows with time.
class Bucket {
public:
    Bucket(Nanoseconds interval, unsigned burst) : interval_(interval), full_(burst * interval), credit_(full_) {}
    bool has_token(Nanoseconds now) {
        credit_ = std::min(full_, credit_ + now - seen_);
        seen_ = now;
        return credit_ >= interval_;
    }
    void take() { credit_ -= interval_; }

private:
    Nanoseconds interval_;
    Nanoseconds full_;
    Nanoseconds credit_;
    Nanoseconds seen_ = 0;
};

} // namespace

TEST_CASE("one destination gets a burst of 20 ICMP errors and then 20 a second") {
    ErrorLimit limit(1);
    CHECK(allowed(limit, address(1), 0, 100) == 20);
    CHECK(allowed(limit, address(1), kSecond / 20 - 1, 100) == 0);
    CHECK(allowed(limit, address(1), kSecond / 20, 100) == 1);
    CHECK(allowed(limit, address(1), kSecond / 2, 100) == 9);
    CHECK(allowed(limit, address(1), 100 * kSecond, 100) == 20);
}

TEST_CASE("all destinations together get a burst of 50 ICMP errors and then 1000 a second") {
    ErrorLimit limit(2);
    const auto destinations = apart(limit, 200);
    const auto ask_all = [&](Nanoseconds now) {
        unsigned count = 0;
        for (const auto destination : destinations) {
            count += limit.allow(destination, now) ? 1 : 0;
        }
        return count;
    };
    CHECK(ask_all(0) == 50);
    CHECK(ask_all(kSecond / 1000 - 1) == 0);
    CHECK(ask_all(kSecond / 1000) == 1);
    CHECK(ask_all(kSecond / 1000 * 11) == 10);
    CHECK(ask_all(10 * kSecond) == 50);
}

TEST_CASE("an ICMP error that is not allowed costs no token") {
    ErrorLimit limit(3);
    const auto destinations = apart(limit, 3);
    CHECK(allowed(limit, destinations[0], 0, 1000) == 20);
    CHECK(allowed(limit, destinations[1], 0, 1000) == 20);
    CHECK(allowed(limit, destinations[2], 0, 1000) == 10); // of 50 for all
    CHECK(allowed(limit, destinations[2], kSecond / 50, 1000) == 10);
}

TEST_CASE("ICMP errors are still limited, and still allowed, after the clock has stepped back") {
    ErrorLimit limit(4);
    CHECK(allowed(limit, address(1), 1000 * kSecond, 30) == 20);
    CHECK(allowed(limit, address(1), 10 * kSecond, 30) == 20);
    CHECK(allowed(limit, address(1), 11 * kSecond, 30) == 20);
}

TEST_CASE("the ICMP error limit does what a bucket of credit does, for many random steps") {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        std::mt19937_64 random(seed);
        ErrorLimit limit(random());
        const auto destinations = apart(limit, 8);
        Bucket all(kSecond / 1000, 50);
        std::vector<Bucket> each(destinations.size(), Bucket(kSecond / 20, 20));
        Nanoseconds now = 0;
        unsigned yes = 0;
        for (int step = 0; step < 200'000; ++step) {
            now += random() % 1000 == 0 ? random() % kSecond : random() % (random() % 2 == 0 ? 2'000'000 : 20'000);
            const auto which = random() % destinations.size();
            const bool free = all.has_token(now);
            const bool wanted = each[which].has_token(now) && free;
            REQUIRE(limit.allow(destinations[which], now) == wanted);
            if (wanted) {
                all.take();
                each[which].take();
                ++yes;
            }
        }
        CHECK(yes > 1000);
    }
}

} // namespace pontoon::error_limit_test
