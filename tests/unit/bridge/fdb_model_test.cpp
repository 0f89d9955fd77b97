// The FDB against a model that anybody can check: a std::map with whole times instead of ticks. Random steps.
#include <catch2/catch.hpp>

#include <map>
#include <random>

#include "dataplane/bridge/fdb.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/bridge/macs.hpp"

namespace pontoon::fdb_model_test {

namespace {

using Learned = Fdb::Learned;

class Model {
public:
    Learned learn(Mac mac, PortId port, Nanoseconds now) {
        const auto found = entries_.find(mac);
        if (found == entries_.end() || is_aged(found->second, now)) {
            entries_[mac] = {port, now, false};
            return Learned::added;
        }
        auto& entry = found->second;
        if (entry.fixed) {
            return entry.port == port ? Learned::known : Learned::spoofed;
        }
        const bool moved = entry.port != port;
        const bool same_tick = tick(entry.seen) == tick(now);
        entry = {port, now, false};
        return moved ? Learned::moved : same_tick ? Learned::known : Learned::refreshed;
    }

    PortId find(Mac mac, Nanoseconds now) const {
        const auto found = entries_.find(mac);
        return found == entries_.end() || is_aged(found->second, now) ? kNoPort : found->second.port;
    }

    template <typename Keeps>
    void configure(std::span<const Fdb::Static> statics, Keeps keeps) {
        std::erase_if(entries_, [&](const auto& entry) { return entry.second.fixed || !keeps(entry.second.port); });
        for (const auto& entry : statics) {
            entries_[entry.mac] = {entry.port, 0, true};
        }
    }

    // Also forgets what has aged, so that it stays small.
    std::size_t size(Nanoseconds now) {
        std::erase_if(entries_, [&](const auto& entry) { return is_aged(entry.second, now); });
        return entries_.size();
    }

private:
    struct Entry {
        PortId port;
        Nanoseconds seen;
        bool fixed;
    };
    static Nanoseconds tick(Nanoseconds time) { return time >> Fdb::kTickShift; }
    static bool is_aged(const Entry& entry, Nanoseconds now) {
        return !entry.fixed && tick(now) - tick(entry.seen) > tick(Fdb::kAgeing);
    }
    std::map<Mac, Entry> entries_;
};

class Walk {
public:
    explicit Walk(unsigned seed) : random_(seed), fdb_(random_()), now_(random_() % (Fdb::kWrap * 3)) {}

    void step() {
        pass_time();
        const auto kind = random_() % 100;
        if (kind < 50) {
            learn();
        } else if (kind < 98) {
            const Mac mac = any_station();
            REQUIRE(fdb_.find(key_of(fdb_, mac), tick()) == model_.find(mac, now_));
        } else {
            sweep(random_() % 2000);
        }
        if (random_() % 2000 == 0) {
            configure();
        }
        if (random_() % 1000 == 0) {
            REQUIRE(fdb_.size(tick()) == model_.size(now_));
        }
    }

private:
    // Few enough that no set overflows.
    Mac any_station() { return station(random_() % 700); }
    [[nodiscard]] Fdb::Tick tick() const { return Fdb::tick_of(now_); }

    void learn() {
        const Mac mac = any_station();
        const auto port = static_cast<PortId>(1 + random_() % 5);
        REQUIRE(fdb_.learn(key_of(fdb_, mac), port, tick()) == model_.learn(mac, port, now_));
    }

    // From milliseconds to many minutes, with the whole table swept as often as the class wants it.
    void pass_time() {
        const auto kind = random_() % 1000;
        Nanoseconds left = kind == 0    ? random_() % (Fdb::kWrap * 2)
                           : kind < 20  ? random_() % 20'000'000'000
                           : kind < 300 ? random_() % 100'000'000
                                        : random_() % 1'000'000;
        while (unswept_ + left >= kSweepEvery) {
            const Nanoseconds passed = kSweepEvery - unswept_;
            now_ += passed;
            left -= passed;
            sweep(fdb_.sets());
            REQUIRE(fdb_.learned() <= model_.size(now_));
            unswept_ = 0;
        }
        now_ += left;
        unswept_ += left;
    }

    void sweep(std::size_t sets) {
        const std::size_t before = fdb_.learned();
        const std::size_t freed = fdb_.sweep(sets, tick());
        REQUIRE(fdb_.learned() == before - freed);
    }

    void configure() {
        std::map<Mac, PortId> chosen;
        for (auto count = random_() % 100; count != 0; --count) {
            chosen[any_station()] = static_cast<PortId>(1 + random_() % 5);
        }
        std::vector<Fdb::Static> statics;
        for (const auto& [mac, port] : chosen) {
            statics.push_back({mac, port});
        }
        REQUIRE(fdb_.fits(statics));
        const auto lost = static_cast<PortId>(1 + random_() % 10);
        const auto keeps = [lost](PortId port) { return port != lost; };
        if (random_() % 2 == 0) {
            fdb_.configure(statics, keeps);
        } else { // the same by what is different
            std::vector<Fdb::Static> gone;
            std::vector<Fdb::Static> added;
            std::ranges::set_difference(statics_, statics, std::back_inserter(gone));
            std::ranges::set_difference(statics, statics_, std::back_inserter(added));
            REQUIRE(fdb_.fits(statics, added));
            fdb_.change(gone, added, lost <= 5, keeps);
        }
        statics_ = statics;
        model_.configure(statics, keeps);
        REQUIRE(fdb_.size(tick()) == model_.size(now_));
    }

    static constexpr Nanoseconds kSweepEvery = 200'000'000'000;
    std::mt19937_64 random_;
    Fdb fdb_;
    Model model_;
    std::vector<Fdb::Static> statics_; // sorted
    Nanoseconds now_;
    Nanoseconds unswept_ = 0;
};

} // namespace

TEST_CASE("an FDB does what a simple map does, for many random steps") {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        INFO("seed " << seed);
        Walk walk(seed);
        for (int i = 0; i < steps(100'000); ++i) {
            walk.step();
        }
    }
}

TEST_CASE("an overflowing set loses one of its oldest learned entries at a time") {
    std::mt19937 random(11);
    Fdb fdb(12);
    const auto macs = meeting(fdb, 20);
    std::map<Mac, Fdb::Tick> seen; // the model: never more than eight
    for (Fdb::Tick now = 0; now < 4000; now += static_cast<Fdb::Tick>(random() % 3)) {
        const Mac mac = macs[random() % macs.size()];
        const auto before = seen;
        fdb.learn(key_of(fdb, mac), 1, now);
        seen[mac] = now;
        const auto lost = std::erase_if(seen, [&](const auto& entry) {
            const bool gone = fdb.find(key_of(fdb, entry.first), now) == kNoPort;
            if (gone) {
                CHECK(std::ranges::all_of(before, [&](const auto& other) { return other.second >= entry.second; }));
            }
            return gone;
        });
        REQUIRE(lost == (before.size() == 8 && !before.contains(mac) ? 1 : 0));
        REQUIRE(fdb.learned() == seen.size());
        REQUIRE(seen.contains(mac));
    }
}

} // namespace pontoon::fdb_model_test
