// The fragment table against a simple model, in random steps, with few enough packets that no set overflows; and then
// with many, where only the mbufs are counted.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "tests/unit/buffers.hpp"
#include "tests/unit/ip/fragment_model.hpp"
#include "tests/unit/parsed.hpp"

namespace pontoon::fragments_model_test {

namespace {

using Outcome = FragmentTable::Outcome;
using GivenUp = FragmentModel::GivenUp;

constexpr Nanoseconds kSecond = 1'000'000'000;

using Piece = FragmentPiece;

class Walk {
public:
    explicit Walk(unsigned seed) : random_(seed), table_(random_()), now_(random_() % (100 * kSecond)), plans_(12) {}

    void step() {
        pass_time();
        const auto id = below(plans_.size());
        resolve(id, next_piece(id));
        if (below(20) == 0) {
            sweep();
        }
    }
    void end() {
        now_ += 100 * kSecond;
        sweep();
        CHECK(table_.held() == 0);
        CHECK(table_.packets() == 0);
        for (const auto reason : {Reason::none, Reason::fragment_overlap, Reason::fragment_duplicate,
                                  Reason::fragment_table_full, Reason::fragment_timeout}) {
            CHECK(seen_[reason] > 20);
        }
        CHECK(released_ > 1000);
    }

private:
    // A packet in pieces that are yet to come, and how often, in percent, others come instead.
    struct Plan {
        std::vector<Piece> pieces;
        unsigned noise = 0;
    };

    std::size_t below(std::size_t bound) { return random_() % bound; }

    void pass_time() {
        const auto kind = below(1000);
        now_ += kind == 0 ? below(40 * kSecond) : kind < 20 ? below(kSecond) : kind < 500 ? below(kSecond / 50) : 0;
    }

    Piece any_piece(unsigned from) {
        const bool more = below(8) != 0;
        const auto units = static_cast<unsigned>(1 + below(below(3) == 0 ? 10 : 2));
        return {from, more ? 8 * units : 8 * units - static_cast<unsigned>(below(8)), more};
    }

    Plan new_plan() {
        Plan plan;
        plan.noise = below(3) == 0 ? 10 : 0;
        unsigned from = 0;
        for (auto left = 2 + below(below(4) == 0 ? 45 : 6); left != 0; --left) {
            Piece piece = any_piece(from);
            piece.more = left != 1;
            piece.length = piece.more ? (piece.length + 7) / 8 * 8 : piece.length;
            plan.pieces.push_back(piece);
            from += piece.length;
        }
        std::ranges::reverse(plan.pieces); // they are taken from the back
        const auto in_order = below(3);
        if (in_order != 0) {
            std::shuffle(plan.pieces.begin(), plan.pieces.end() - (in_order == 1 ? 1 : 0), random_);
        }
        if (below(10) == 0) {
            plan.pieces.erase(plan.pieces.begin() + static_cast<std::ptrdiff_t>(below(plan.pieces.size() - 1)));
        }
        return plan;
    }

    Piece next_piece(std::size_t id) {
        auto& plan = plans_[id];
        if (plan.pieces.empty()) {
            plan = new_plan();
        }
        if (below(100) < plan.noise) {
            return any_piece(static_cast<unsigned>(8 * below(50)));
        }
        const Piece piece = plan.pieces.back();
        plan.pieces.pop_back();
        return piece;
    }

    void resolve(std::size_t id, const Piece& piece) {
        const FragmentKey key{Ipv4{be32{1}}, Ipv4{be32{2}}, be16{static_cast<std::uint16_t>(id)}, protocol::kUdp, 3};
        const FlowPorts ports{be16{static_cast<std::uint16_t>(random_())}, be16{7}};
        const auto in = static_cast<PortId>(1 + below(100));
        Buffer mbuf(pool_.copy(frames::Bytes{1}));
        const auto given = piece.offset == 0 ? std::optional(ports) : std::nullopt;
        const auto wanted = model_.resolve(id, piece, ports, mbuf.get(), in, now_);
        const auto outcome = table_.resolve(key, piece.offset, piece.length, piece.more, given, mbuf.get(), in, now_);
        REQUIRE(outcome.reason == wanted.reason);
        REQUIRE(outcome.kind == wanted.kind);
        REQUIRE(outcome.ports == wanted.ports);
        ++seen_[outcome.reason];
        if (outcome.kind == Outcome::Kind::held) {
            mbuf.release();
        }
        for (const auto& waited : std::exchange(model_.ready, {})) {
            const auto taken = table_.take();
            REQUIRE(taken.has_value());
            const Buffer owner(taken->mbuf);
            REQUIRE(taken->mbuf == waited.mbuf);
            REQUIRE(taken->in == waited.in);
            ++released_;
        }
        REQUIRE_FALSE(table_.take().has_value());
    }

    void sweep() {
        model_.expire(now_);
        GivenUp given_up;
        std::vector<Buffer> owners;
        table_.sweep(
            now_,
            [&](rte_mbuf* mbuf, PortId in, Reason reason) {
                owners.emplace_back(mbuf);
                given_up.emplace(mbuf, in, reason);
                ++seen_[reason];
            },
            FragmentTable::kSets);
        REQUIRE(given_up == std::exchange(model_.given_up, {}));
        REQUIRE(owners.size() == given_up.size());
        REQUIRE(table_.held() == model_.waiting());
        REQUIRE(table_.packets() == model_.packets());
    }

    std::mt19937_64 random_;
    TestPool pool_;
    FragmentTable table_;
    FragmentModel model_;
    Nanoseconds now_;
    std::vector<Plan> plans_;
    std::map<Reason, unsigned> seen_;
    unsigned released_ = 0;
};

} // namespace

TEST_CASE("a fragment table does what a simple model does, for many random steps") {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        INFO("seed " << seed);
        Walk walk(seed);
        for (int i = 0; i < 50'000; ++i) {
            walk.step();
        }
        walk.end();
    }
}

TEST_CASE("a crowded fragment table keeps its bounds, and every mbuf comes out of it once") {
    TestPool pool;
    std::mt19937_64 random(1);
    FragmentTable table(2);
    std::set<rte_mbuf*> inside;
    std::map<Reason, unsigned> seen;
    const auto leaves = [&](rte_mbuf* mbuf) {
        const Buffer owner(mbuf);
        REQUIRE(inside.erase(mbuf) == 1);
    };
    const auto expired = [&](rte_mbuf* mbuf, PortId, Reason reason) {
        leaves(mbuf);
        ++seen[reason];
    };
    Nanoseconds now = 0;
    for (int step = 0; step < 100'000; ++step) {
        now += random() % (step % 20'000 < 10'000 ? 100'000 : 3'000'000);
        const FragmentKey key{Ipv4{be32{1}}, Ipv4{be32{2}}, be16{static_cast<std::uint16_t>(random() % 3000)},
                              static_cast<std::uint8_t>(random() % 3 == 0 ? 6 : 17), 0};
        const auto offset = static_cast<unsigned>(random() % 40 * 8);
        const auto ports = offset == 0 ? std::optional(FlowPorts{}) : std::nullopt;
        Buffer mbuf(pool.copy(frames::Bytes{1}));
        REQUIRE(mbuf);
        const auto outcome = table.resolve(key, offset, 8, random() % 50 != 0, ports, mbuf.get(), 1, now);
        ++seen[outcome.reason];
        if (outcome.kind == Outcome::Kind::held) {
            inside.insert(mbuf.release());
        }
        while (const auto piece = table.take()) {
            leaves(piece->mbuf);
        }
        if (random() % 4 == 0) {
            table.sweep(now, expired);
        }
        REQUIRE(table.held() == inside.size());
        REQUIRE(table.held() <= 1024);
        REQUIRE(table.packets() <= 1024);
    }
    for (const auto reason : {Reason::none, Reason::fragment_overlap, Reason::fragment_duplicate, Reason::fragment_tiny,
                              Reason::fragment_table_full, Reason::fragment_timeout}) {
        CHECK(seen[reason] > 0);
    }
    table.sweep(now + 100 * kSecond, expired, FragmentTable::kSets);
    CHECK(inside.empty());
    CHECK(table.packets() == 0);
}

} // namespace pontoon::fragments_model_test
