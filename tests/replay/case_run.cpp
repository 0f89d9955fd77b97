#include "tests/replay/case_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "tests/support/frame_report.hpp"
#include "tests/support/sums.hpp"
#include "tests/support/words.hpp"
#include "tools/memory_switch.hpp"
#include "tools/replay_report.hpp"

namespace pontoon::test {

namespace {

// Why a case fails, and at which of its lines.
struct Failure {
    int line;
    std::string reason;
};

class CaseRun {
public:
    CaseRun(const Case& test, unsigned workers, std::uint64_t seed) : case_(test), switch_({workers, seed, seed}) {
        switch_.attach(test.topology);
        for (const auto& step : test.steps) {
            switch_.attach(step.config);
        }
        publish(test.topology);
    }

    CaseResult run() {
        CaseResult result;
        try {
            for (const auto& step : case_.steps) {
                take(step);
            }
            end_exchange(last_line());
            switch_.engine().expire(now_);
            check_end();
        } catch (const Failure& failure) {
            result.failure = fmt::format("{}:{}: {}", case_.file.string(), failure.line, failure.reason);
        }
        const Stats stats = switch_.engine().stats();
        result.statistics = to_json({stats, switch_.engine().fdb_sizes(now_)});
        for (std::size_t i = 0; i < kReasonCount; ++i) {
            if (stats.total.drops[i] != 0) {
                result.reasons.insert(static_cast<Reason>(i));
            }
        }
        return result;
    }

private:
    void take(const Step& step) {
        const bool listens = step.kind == Step::Kind::expect || step.continues;
        if (!listens) {
            end_exchange(step.line);
        }
        now_ = step.time;
        switch (step.kind) {
        case Step::Kind::send: send(step); break;
        case Step::Kind::expect: expect(step); break;
        case Step::Kind::wait: fed_ = true; break;
        case Step::Kind::reconfigure: publish(step.config); break;
        case Step::Kind::fdb: check_fdb(step); break;
        case Step::Kind::flows: check_flows(step); break;
        }
    }

    void publish(const Config& config) {
        switch_.publish(config);
        variables_.set_ports(config);
    }

    void send(const Step& step) {
        if (!step.continues) {
            sent_.clear();
        }
        for (const auto& frame : known_frames(step)) {
            try {
                switch_.feed(step.ports.front(), frame, frame.size());
            } catch (const std::out_of_range&) {
                throw Failure{step.line, "there is no port " + step.ports.front()};
            }
            sent_.push_back(frame);
        }
        fed_ = true;
    }

    [[nodiscard]] std::vector<Bytes> known_frames(const Step& step) const {
        try {
            return variables_.frames(step.frames);
        } catch (const BadText& bad) {
            throw Failure{step.line, bad.what()};
        }
    }

    // Lets the switch see the burst once all of it is there.
    void run_burst(int line) {
        if (!std::exchange(fed_, false)) {
            return;
        }
        switch_.run(now_, [&](const std::string& port, std::span<const std::uint8_t> frame) {
            came_out_[port].emplace_back(frame.begin(), frame.end());
        });
        for (const auto& [port, frames] : came_out_) {
            for (const auto& frame : frames) {
                check_sums(port, frame, line);
            }
        }
        if (const auto used = switch_.buffers_in_use(); used != switch_.engine().stats().held) {
            throw Failure{line, fmt::format("{} packet buffers are in use, not what is held", used)};
        }
        if (!switch_.engine().stats().is_conserved()) {
            throw Failure{line, "the packets do not add up"};
        }
    }

    // What the switch made or changed has to be right in all its checksums; what it passed on is the sender's.
    void check_sums(const std::string& port, const Bytes& frame, int line) const {
        if (std::ranges::find(sent_, frame) != sent_.end()) {
            return;
        }
        const auto wrong = find_wrong_sum(frame);
        const auto is_as_wrong = [&](const Bytes& sent) { return find_wrong_sum(sent) == wrong; };
        if (wrong && std::ranges::none_of(sent_, is_as_wrong)) { // a sum that was left to hardware still is
            throw Failure{line, fmt::format("out of {}: {}: {}", port, summary(frame), *wrong)};
        }
    }

    void expect(const Step& step) {
        run_burst(step.line);
        for (const auto& port : step.ports) {
            auto& frames = came_out_[port];
            for (const auto& wanted : variables_.meet(step.frames, frames.empty() ? Bytes{} : frames.front())) {
                if (frames.empty()) {
                    throw Failure{step.line, fmt::format("nothing came out of {}, expected {}", port, summary(wanted))};
                }
                if (frames.front() != wanted) {
                    throw Failure{step.line, fmt::format("another frame came out of {}\n{}", port,
                                                         difference(wanted, frames.front()))};
                }
                frames.pop_front();
            }
        }
    }

    void end_exchange(int line) {
        run_burst(line);
        for (const auto& [port, frames] : came_out_) {
            if (!frames.empty()) {
                throw Failure{line, fmt::format("before this line {} unexpected frames came out of {}, first {}",
                                                frames.size(), port, summary(frames.front()))};
            }
        }
    }

    void check_fdb(const Step& step) {
        switch_.run(now_, [](const auto&, auto) {}); // an idle turn, so that time passes
        const auto sizes = switch_.engine().fdb_sizes(now_);
        const auto found = sizes.find(step.network);
        const std::size_t entries = found == sizes.end() ? 0 : found->second;
        if (entries != step.entries) {
            throw Failure{step.line, fmt::format("{} knows {} MACs, expected {}", step.network, entries, step.entries)};
        }
    }

    void check_flows(const Step& step) {
        switch_.run(now_, [](const auto&, auto) {});
        switch_.engine().expire(now_);
        if (const auto active = switch_.engine().stats().flows.active; active != step.entries) {
            throw Failure{step.line, fmt::format("{} flows are active, expected {}", active, step.entries)};
        }
    }

    void check_end() const {
        const Stats stats = switch_.engine().stats();
        const std::map<std::string, std::uint64_t> flows{{"created", stats.flows.created},
                                                         {"active", stats.flows.active},
                                                         {"expired", stats.flows.expired},
                                                         {"refused", stats.flows.refused}};
        for (const auto& [name, wanted] : case_.flows) {
            if (flows.at(name) != wanted) {
                throw Failure{last_line(), fmt::format("{} flows {}, expected {}", flows.at(name), name, wanted)};
            }
        }
        check_drops(stats);
        if (stats.total.consumed != case_.consumed || stats.held != case_.held) {
            throw Failure{last_line(), fmt::format("consumed {}, held {}, expected {} and {}", stats.total.consumed,
                                                   stats.held, case_.consumed, case_.held)};
        }
    }

    void check_drops(const Stats& stats) const {
        std::uint64_t sum = 0;
        auto missing = case_.drops;
        for (const auto& [port, counted] : stats.ports) {
            for (std::size_t i = 0; i < kReasonCount; ++i) {
                const auto reason = static_cast<Reason>(i);
                const auto found = missing.find({port, reason});
                const auto wanted = found == missing.end() ? 0 : found->second;
                if (counted.drops[i] != wanted) {
                    throw Failure{last_line(), fmt::format("{} dropped {} by {}, expected {}", port, counted.drops[i],
                                                           name_of(reason), wanted)};
                }
                sum += counted.drops[i];
                missing.erase({port, reason});
            }
        }
        if (!missing.empty()) {
            throw Failure{last_line(), "there is no port " + missing.begin()->first.first};
        }
        if (stats.dropped() != sum) {
            throw Failure{last_line(), "drops that no port counts"};
        }
    }

    [[nodiscard]] int last_line() const { return case_.steps.empty() ? 1 : case_.steps.back().line; }

    const Case& case_;
    MemorySwitch switch_;
    Nanoseconds now_ = 0;
    bool fed_ = false;
    Variables variables_;
    std::vector<Bytes> sent_; // the last burst
    std::map<std::string, std::deque<Bytes>> came_out_;
};

} // namespace

CaseResult run_case(const Case& test, unsigned workers, std::uint64_t seed) {
    return CaseRun(test, workers, seed).run();
}

} // namespace pontoon::test
