#include "tools/bench_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/port/pool.hpp"
#include "tools/bench_report.hpp"
#include "tools/flow_memory.hpp"
#include "tools/nat_frames.hpp"
#include "tools/nat_switch.hpp"

namespace pontoon {

namespace {

using Clock = std::chrono::steady_clock;

struct SetupResult {
    double mflows_s = 0; // the median
    std::size_t rounds = 0;
    std::uint64_t dropped = 0;
    std::optional<double> bytes_per_flow;
};

// Each round begins with a switch without flows: those of the round before have expired. The first one, in which the
// kernel still hands out the table's memory, only tells how much that is.
class SetupBench {
public:
    SetupBench(const BenchOptions& options, bool hugepages)
        : options_(options), hugepages_(hugepages), pool_("bench", kBuffers), players_(pool_),
          openers_(frames_in_order(flow_ends(options), options.protocol, conversation::kSyn)) {}

    SetupResult run() {
        constexpr std::size_t least = 3;
        warm_up();
        const auto end = Clock::now() + std::chrono::duration<double>(options_.seconds);
        while (rates_.size() < least || Clock::now() < end) {
            run_round();
        }
        std::ranges::sort(rates_);
        result_.mflows_s = rates_[rates_.size() / 2];
        result_.rounds = rates_.size();
        result_.dropped = nat_->engine().stats().dropped();
        return result_;
    }

private:
    static constexpr unsigned kBuffers = 65536;

    void warm_up() {
        const FlowMemory memory(options_, players_, hugepages_);
        nat_.emplace(options_, players_);
        const auto wrong = nat_->play(options_.direction, openers_);
        result_.bytes_per_flow = memory.per_flow();
        if (!wrong.empty()) {
            warn(wrong);
        }
    }

    void run_round() {
        constexpr Nanoseconds day = 86'400'000'000'000; // longer than any of these flows lives
        nat_->clock().now += day;
        nat_->engine().expire(nat_->clock().now);
        const auto begin = Clock::now();
        (void)nat_->play(options_.direction, openers_);
        const std::chrono::duration<double, std::micro> elapsed = Clock::now() - begin;
        rates_.push_back(options_.flows / elapsed.count());
    }

    const BenchOptions& options_;
    const bool hugepages_;
    Pool pool_;
    PlayPorts players_;
    const FrameList openers_;
    std::optional<NatSwitch> nat_;
    std::vector<double> rates_;
    SetupResult result_;
};

} // namespace

void bench_setup(const BenchOptions& options) {
    const Eal eal({.hugepages = options.hugepages,
                   .memory_mib = 512 + nat_memory_mib(options.flows),
                   .vdevs = {},
                   .pci = {},
                   .cpu = options.cpu});
    const auto result = SetupBench(options, eal.has_hugepages()).run();
    if (options.json) {
        auto object = nat_object(options);
        object["setup_mflows_s"] = result.mflows_s;
        object["ns"] = 1e3 / result.mflows_s;
        object["rounds"] = result.rounds;
        object["dropped"] = result.dropped;
        object["bytes_per_flow"] = json_of(result.bytes_per_flow);
        object["hugepages"] = eal.has_hugepages();
        fmt::print("{}\n", boost::json::serialize(object));
        return;
    }
    fmt::print("{}, one worker, {}\n", nat_text(options), hugepages_text(eal.has_hugepages()));
    fmt::print("  {:.3f} million new flows a second, {:.0f} ns each; the median of {} rounds\n", result.mflows_s,
               1e3 / result.mflows_s, result.rounds);
    print_bytes_per_flow(result.bytes_per_flow);
}

} // namespace pontoon
