#include "tools/bench_nat.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <stdexcept>

#include "dataplane/port/ethdev.hpp"
#include "dataplane/port/pool.hpp"
#include "tools/bench_frames.hpp"
#include "tools/bench_report.hpp"
#include "tools/flow_memory.hpp"
#include "tools/nat_frames.hpp"
#include "tools/nat_switch.hpp"

namespace pontoon {

namespace {

struct NatResult {
    Measurement measured;
    std::optional<double> bytes_per_flow;
};

class NatBench {
public:
    NatBench(const BenchOptions& options, bool hugepages)
        : options_(options), opening_(options.is_published() ? Direction::in : Direction::out),
          ends_(flow_ends(options)), pool_("bench", buffers(options)), players_(pool_) {
        begin_flows(hugepages);
        if (options.protocol == Transport::tcp) {
            shake_hands();
        }
    }

    // What is measured, by the port it enters: containers left, uplink right.
    [[nodiscard]] TwoWayFrames frames() const {
        const bool opening = options_.direction == opening_;
        const auto& ends = opening ? ends_ : answers_;
        if (ends.empty()) {
            throw std::runtime_error("no packet came through that could be answered");
        }
        auto frames = shuffled_frames(ends, options_.protocol, opening ? conversation::kClient : conversation::kServer,
                                      options_.sizes, options_.seed);
        TwoWayFrames sides;
        (options_.direction == Direction::out ? sides.left : sides.right) = std::move(frames);
        return sides;
    }

    NatResult run() {
        const TwoWayFrames frames = this->frames();
        LoopPort left(frames.left, pool_);
        LoopPort right(frames.right, pool_);
        NatResult result{.measured = {}, .bytes_per_flow = bytes_per_flow_};
        if (options_.vdevs.empty()) {
            result.measured.limit = measure_limit(left, right, options_.seconds / 4);
            measure_between(left, right, result.measured);
        } else {
            EthdevPort inside(options_.vdevs[0], pool_);
            EthdevPort uplink(options_.vdevs[1], pool_);
            measure_between(inside, uplink, result.measured);
        }
        return result;
    }

    // DPDK's memory for all this.
    [[nodiscard]] static unsigned memory_mib(const BenchOptions& options) {
        constexpr std::uint64_t buffer = Pool::kBufferBytes + 512; // with what surrounds it
        return static_cast<unsigned>(buffers(options) * buffer >> 20) + 256 + nat_memory_mib(options.flows);
    }

private:
    // net_pcap's infinite_rx keeps all frames of its capture in buffers.
    static unsigned buffers(const BenchOptions& options) {
        const auto frames = static_cast<unsigned>(options.flows + options.sizes.size());
        return 65536 + (options.vdevs.empty() ? 0 : frames);
    }

    void begin_flows(bool hugepages) {
        const auto openers = frames_in_order(ends_, options_.protocol, conversation::kSyn);
        players_.sink(opening_).listen(ends_.size());
        const FlowMemory memory(options_, players_, hugepages);
        switch_ = std::make_unique<NatSwitch>(options_, players_);
        play(opening_, openers);
        bytes_per_flow_ = memory.per_flow();
        for (const auto& ends : players_.sink(opening_).heard()) {
            answers_.push_back(ends.reversed());
        }
        players_.sink(opening_).listen(0);
    }

    void shake_hands() {
        play(opposite(opening_), frames_in_order(answers_, Transport::tcp, conversation::kSynAck));
        play(opening_, frames_in_order(ends_, Transport::tcp, conversation::kClient));
    }

    void play(Direction direction, const FrameList& frames) {
        if (const auto wrong = switch_->play(direction, frames); !wrong.empty()) {
            warn(wrong);
        }
    }

    void measure_between(Port& inside, Port& uplink, Measurement& measured) {
        auto& engine = switch_->engine();
        auto& clock = switch_->clock();
        switch_->plug(Direction::out, inside);
        switch_->plug(Direction::in, uplink);
        warm_up(engine, clock, 0.3);
        const auto before = engine.stats();
        measured.engine = measure_engine(engine, clock, options_.seconds);
        const auto after = engine.stats();
        measured.dropped = after.dropped() - before.dropped();
        const auto received = after.total.received - before.total.received;
        const auto sent = after.total.sent - before.total.sent;
        if (sent != received) {
            warn(fmt::format("{} of {} packets came through; dropped: {}", sent, received,
                             drops_between(before, after)));
        }
        measured.stages = measure_stages(engine, clock, options_.seconds / 4);
    }

    const BenchOptions& options_;
    const Direction opening_; // of the packets that begin flows
    const std::vector<Ends> ends_;
    std::vector<Ends> answers_; // to what came through: a masqueraded flow's port is only seen there
    Pool pool_;
    PlayPorts players_;
    std::unique_ptr<NatSwitch> switch_;
    std::optional<double> bytes_per_flow_;
};

void print_json(const BenchOptions& options, const NatResult& result, bool hugepages) {
    boost::json::object object = nat_object(options);
    object["size"] = size_value(options);
    add_measurement(object, result.measured);
    object["bytes_per_flow"] = json_of(result.bytes_per_flow);
    object["hugepages"] = hugepages;
    fmt::print("{}\n", boost::json::serialize(object));
}

void print_text(const BenchOptions& options, const NatResult& result, bool hugepages) {
    fmt::print("{}, {}, one worker, {}\n", nat_text(options), size_text(options), hugepages_text(hugepages));
    print_measurement(result.measured);
    print_bytes_per_flow(result.bytes_per_flow);
}

} // namespace

void bench_nat(const BenchOptions& options) {
    const Eal eal({.hugepages = options.hugepages,
                   .memory_mib = NatBench::memory_mib(options),
                   .vdevs = {},
                   .pci = {},
                   .cpu = options.cpu});
    NatBench bench(options, eal.has_hugepages());
    if (options.write) {
        write_captures(bench.frames(), *options.write);
        return;
    }
    const auto result = bench.run();
    options.json ? print_json(options, result, eal.has_hugepages()) : print_text(options, result, eal.has_hugepages());
}

} // namespace pontoon
