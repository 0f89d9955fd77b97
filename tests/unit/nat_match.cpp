#include "tests/unit/nat_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/support/sums.hpp"

namespace pontoon::test {

namespace {

constexpr std::uint64_t kMargin = 2 * kSecond; // nobody says how exactly flows end
constexpr std::size_t kHistory = 40;

bool is_legal(const Outcome& outcome, const std::optional<Delivery>& actual, const std::string& dropped_for) {
    const bool right_reason = actual || dropped_for.empty() || outcome.reasons.empty() ||
                              std::ranges::count(outcome.reasons, dropped_for) != 0;
    return right_reason && mismatch(outcome, actual).empty();
}

} // namespace

NatMatch::NatMatch(const MatchOptions& options, NatUnderTest& tested)
    : options_(options), tested_(tested), dice_(options.seed), world_(dice_), reference_(options.workers),
      traffic_(dice_, world_, reference_) {
    tested_.publish(world_.config());
    reference_.configure(world_.config());
}

std::string NatMatch::play() {
    for (step_ = 1; step_ <= options_.steps; ++step_) {
        if (auto failure = step(); !failure.empty()) {
            return failure;
        }
    }
    now_ += 600 * kSecond; // whatever is held is given up
    (void)tested_.run(now_, {});
    return tested_.complaint();
}

std::string NatMatch::step() {
    pass_time();
    if (dice_.below(80) == 0) {
        change_world();
    }
    traffic_.settle();
    const auto shipments = dice_.chance(15) ? traffic_.burst() : std::vector{traffic_.next()};
    auto failure = send(shipments);
    traffic_.settle();
    return failure;
}

// Never to where a flow's end is a matter of opinion.
void NatMatch::pass_time() {
    struct Pace {
        unsigned share;       // of 10000
        unsigned least, most; // milliseconds
    };
    static constexpr std::array paces{Pace{8000, 1, 30}, Pace{1880, 50, 500}, Pace{100, 2000, 40'000},
                                      Pace{19, 40'000, 400'000}, Pace{1, 6 * 86'400'000, 7 * 86'400'000}};
    unsigned roll = dice_.below(10'000);
    for (const auto& pace : paces) {
        if (roll < pace.share) {
            now_ += dice_.between(pace.least, pace.most) * kMillisecond;
            break;
        }
        roll -= pace.share;
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (const auto& flow : reference_.flows()) {
            for (const auto end : {flow.end, flow.doubt_from}) {
                if (now_ + kMargin > end && now_ < end + kMargin) {
                    now_ = end + kMargin;
                    moved = true;
                }
            }
        }
    }
    reference_.advance(now_);
}

void NatMatch::change_world() {
    const unsigned changes = dice_.between(1, 2);
    for (unsigned i = 0; i < changes; ++i) {
        note(fmt::format("step {} change: {}", step_, world_.change()));
        tested_.publish(world_.config());
        reference_.configure(world_.config());
    }
}

std::string NatMatch::send(const std::vector<Shipment>& shipments) {
    PortFrames frames;
    for (const auto& shipment : shipments) {
        for (auto& frame : frames_of(shipment)) {
            frames.emplace_back(shipment.port, std::move(frame));
        }
    }
    auto before = tested_.drops();
    PortFrames sent;
    if (shipments.size() == 1 && frames.size() > 1 && dice_.chance(50)) { // pieces that come one by one
        for (const auto& frame : frames) {
            std::ranges::move(tested_.run(now_, {frame}), std::back_inserter(sent));
        }
    } else {
        sent = tested_.run(now_, frames);
    }
    std::string dropped_for;
    if (frames.size() == 1) {
        for (const auto& [reason, count] : tested_.drops()) {
            dropped_for = count != before[reason] ? reason : dropped_for;
        }
    }
    auto failure = sort(sent, shipments);
    for (std::size_t i = 0; i < shipments.size() && failure.empty(); ++i) {
        failure = judge(shipments[i], dropped_for);
    }
    return failure.empty() ? tested_.complaint() : failure;
}

std::string NatMatch::sort(const PortFrames& sent, const std::vector<Shipment>& shipments) {
    left_.clear();
    for (const auto& [port, frame] : sent) {
        const auto datagram = datagram_of(frame);
        const bool known = datagram && std::ranges::any_of(shipments, [&](const Shipment& shipment) {
                               return shipment.whole.id == datagram->id;
                           });
        if (!known) {
            return report(shipments.front(), {},
                          fmt::format("a frame on {} that nobody sent: {} {:02x}", port,
                                      datagram ? text_of(*datagram) : "", fmt::join(frame, "")));
        }
        left_[datagram->id].push_back({port, *datagram, frame});
    }
    return "";
}

std::pair<std::optional<Delivery>, std::string> NatMatch::whole_of(const Shipment& shipment) {
    const auto& left = left_[shipment.whole.id];
    if (left.empty()) {
        return {};
    }
    std::vector<Datagram> pieces;
    for (const auto& piece : left) {
        pieces.push_back(piece.datagram);
        if (piece.port != left.front().port) {
            return {{}, "pieces left on several ports"};
        }
        if (const auto wrong = find_wrong_sum(piece.frame)) {
            return {{}, *wrong};
        }
    }
    auto cuts = shipment.cuts;
    for (const auto& piece : pieces) {
        std::erase(cuts, (piece.fragment & 0x1fffU) * 8U);
    }
    const auto whole = pieces.size() == shipment.cuts.size() + 1 && cuts.empty() ? joined(pieces) : std::nullopt;
    if (!whole) {
        return {{}, fmt::format("{} of {} pieces left, or they do not fit", pieces.size(), shipment.cuts.size() + 1)};
    }
    if (const auto wrong = find_wrong_sum(frame_of(*whole))) {
        return {{}, *wrong + ", all pieces put together"};
    }
    return {Delivery{left.front().port, *whole}, ""};
}

std::string NatMatch::judge(const Shipment& shipment, const std::string& dropped_for) {
    const auto [actual, wrong] = whole_of(shipment);
    const auto outcomes = reference_.outcomes(shipment.port, shipment.whole);
    const auto came = actual          ? text_of(actual->datagram) + " on " + actual->port
                      : wrong.empty() ? "dropped, " + dropped_for
                                      : wrong;
    std::vector<const Outcome*> legal;
    for (const auto& outcome : outcomes) {
        if (wrong.empty() && is_legal(outcome, actual, dropped_for)) {
            legal.push_back(&outcome);
        }
    }
    if (legal.empty()) {
        return report(shipment, outcomes, came);
    }
    const auto& what = legal.front()->what;
    legal.front()->commit(actual ? tuple_of(actual->datagram) : Tuple{});
    if (actual && legal.size() > 1) {
        reference_.doubt(tuple_of(shipment.whole));
    }
    ++outcomes_[what.substr(0, what.find(" flow"))];
    note(fmt::format("step {} at {} ms: {} {}\n      => {} ({})", step_, now_ / kMillisecond, shipment.port,
                     text_of(shipment.whole), came, what));
    return "";
}

void NatMatch::note(std::string line) {
    history_.push_back(std::move(line));
    if (history_.size() > kHistory) {
        history_.pop_front();
    }
}

std::string NatMatch::report(const Shipment& shipment, const std::vector<Outcome>& outcomes,
                             const std::string& came) const {
    auto text = fmt::format("The NAT and the reference differ.\n  again: PONTOON_NAT_SEED={} PONTOON_NAT_WORKERS={} "
                            "PONTOON_NAT_STEPS={} unit_tests '[nat-model]'\n  step {} at {} ms\n  packet: {} {}\n",
                            options_.seed, options_.workers, step_, step_, now_ / kMillisecond, shipment.port,
                            text_of(shipment.whole));
    if (!shipment.cuts.empty()) {
        text += fmt::format("    in pieces cut at {}, in the order {}\n", fmt::join(shipment.cuts, " "),
                            fmt::join(shipment.order, " "));
    }
    for (const auto& outcome : outcomes) {
        text += fmt::format("  expected: {}\n", outcome.what);
        text += outcome.delivery
                    ? fmt::format("    {} on {}\n", text_of(outcome.delivery->datagram), outcome.delivery->port)
                    : fmt::format("    dropped {}\n", fmt::join(outcome.reasons, " or "));
        const auto differs = mismatch(outcome, const_cast<NatMatch*>(this)->whole_of(shipment).first);
        text += differs.empty() ? "" : "    but " + differs + "\n";
    }
    text += "  came: " + came + "\n  before it:\n";
    for (const auto& line : history_) {
        text += "    " + line + "\n";
    }
    return text;
}

} // namespace pontoon::test
