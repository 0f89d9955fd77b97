#include "tools/bench.hpp"

#include <fmt/format.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <stdexcept>

#include "dataplane/engine.hpp"
#include "dataplane/port/ethdev.hpp"
#include "dataplane/port/pool.hpp"
#include "tools/bench_frames.hpp"
#include "tools/bench_options.hpp"
#include "tools/loop_port.hpp"

namespace pontoon {

namespace {

struct Cost {
    double mpps = 0;
    double ns = 0;
    double cycles = 0;
};

struct Result {
    Cost engine;
    Cost limit;
    std::array<double, 4> stages{}; // cycles a packet: receive, parse, forward, transmit
    std::uint64_t dropped = 0;
    double copies = 0; // by flooding, a packet
};

constexpr std::array<std::string_view, 4> kStages{"receive", "parse", "forward", "transmit"};

// Calls `work` for `seconds`; it returns how many packets it has moved.
template <typename Work>
Cost measure(double seconds, Work work) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    const std::uint64_t first_cycle = rte_rdtsc();
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::uint64_t packets = 0;
    auto now = begin;
    while (now < end) {
        for (int i = 0; i < 16; ++i) {
            packets += work(static_cast<Nanoseconds>(std::chrono::nanoseconds(now.time_since_epoch()).count()));
        }
        now = Clock::now();
    }
    const double cycles = static_cast<double>(rte_rdtsc() - first_cycle);
    const double elapsed = std::chrono::duration<double, std::nano>(now - begin).count();
    const auto moved = static_cast<double>(packets);
    return {moved / elapsed * 1e3, elapsed / moved, cycles / moved};
}

class L2Bench {
public:
    L2Bench(const BenchOptions& options, TwoWayFrames frames)
        : options_(options), frames_(std::move(frames)), pool_("bench", kBuffers), engine_({}) {
        Config config;
        config.networks.push_back(
            {"bench", *Prefix4::parse("10.0.0.0/8"), *Ipv4::parse("10.255.255.254"), *Mac::parse("02:42:0a:ff:ff:fe")});
        for (unsigned side = 0; side < 2; ++side) {
            const Ipv4 address{be32{0x0aff0001U + side}};
            const std::string name = side == 0 ? "left" : "right";
            config.endpoints.push_back({name, "bench", address, mac_of(address)});
            engine_.attach(name, port(side));
        }
        engine_.publish(config);
    }

    Result run() {
        Result result;
        if (options_.vdevs.empty()) {
            result.limit = measure_limit();
        }
        (void)measure(0.3, [this](Nanoseconds now) { return engine_.step(now) ? 1U : 0U; }); // learns all stations
        const auto before = engine_.stats();
        result.engine = measure_engine();
        const auto after = engine_.stats();
        result.dropped = after.dropped() - before.dropped();
        result.copies = static_cast<double>(after.total.copied - before.total.copied) /
                        static_cast<double>(after.total.received - before.total.received);
        result.stages = measure_stages();
        return result;
    }

private:
    static constexpr unsigned kBuffers = 65536;

    std::unique_ptr<Port> port(unsigned side) {
        if (options_.vdevs.empty()) {
            return std::make_unique<LoopPort>(side == 0 ? frames_.left : frames_.right, pool_);
        }
        return std::make_unique<EthdevPort>(options_.vdevs[side], pool_);
    }

    // The engine's own counters say what it moved, read once: to read them costs more than a packet.
    Cost measure_engine() {
        const std::uint64_t before = engine_.stats().total.received;
        const auto turns = measure(options_.seconds, [this](Nanoseconds now) {
            engine_.step(now);
            ++turns_;
            return 1U;
        });
        const double per_turn =
            static_cast<double>(engine_.stats().total.received - before) / static_cast<double>(turns_);
        return {turns.mpps * per_turn, turns.ns / per_turn, turns.cycles / per_turn};
    }

    std::array<double, 4> measure_stages() {
        StageCycles cycles;
        engine_.set_stage_clock(&cycles);
        (void)measure(options_.seconds / 4, [this](Nanoseconds now) { return engine_.step(now) ? 1U : 0U; });
        engine_.set_stage_clock(nullptr);
        const auto packets = static_cast<double>(cycles.packets);
        return {static_cast<double>(cycles.receive) / packets, static_cast<double>(cycles.parse) / packets,
                static_cast<double>(cycles.forward) / packets, static_cast<double>(cycles.transmit) / packets};
    }

    // Source and sink alone: what no engine between them can beat.
    Cost measure_limit() {
        std::array<LoopPort, 2> ports{LoopPort(frames_.left, pool_), LoopPort(frames_.right, pool_)};
        return measure(options_.seconds / 4, [&ports](Nanoseconds) {
            std::array<rte_mbuf*, Burst::kMax> packets;
            unsigned moved = 0;
            for (unsigned side = 0; side < 2; ++side) {
                const unsigned count = ports[side].receive(packets);
                moved += ports[1 - side].transmit(std::span(packets).first(count));
            }
            return moved;
        });
    }

    const BenchOptions& options_;
    TwoWayFrames frames_;
    Pool pool_;
    Engine engine_;
    std::uint64_t turns_ = 0;
};

void print_json(const BenchOptions& options, const Result& result, bool hugepages) {
    boost::json::object stages;
    for (std::size_t i = 0; i < kStages.size(); ++i) {
        stages[kStages[i]] = result.stages[i];
    }
    boost::json::object object{{"kind", options.kind},    {"macs", options.macs},
                               {"size", options.size},    {"mpps", result.engine.mpps},
                               {"ns", result.engine.ns},  {"cycles", result.engine.cycles},
                               {"stage_cycles", stages},  {"dropped", result.dropped},
                               {"copies", result.copies}, {"hugepages", hugepages}};
    if (options.vdevs.empty()) {
        object["limit_mpps"] = result.limit.mpps;
        object["limit_ns"] = result.limit.ns;
    }
    fmt::print("{}\n", boost::json::serialize(object));
}

void print_text(const BenchOptions& options, const Result& result, bool hugepages) {
    if (options.packets) {
        fmt::print("l2, the frames of {}, one worker, {}\n", options.packets->string(),
                   hugepages ? "hugepages" : "no hugepages");
    } else {
        fmt::print("l2, {} MAC pairs, {} bytes, one worker, {}\n", options.macs, options.size,
                   hugepages ? "hugepages" : "no hugepages");
    }
    fmt::print("  engine            {:7.2f} Mpps  {:6.1f} ns  {:6.1f} cycles a packet\n", result.engine.mpps,
               result.engine.ns, result.engine.cycles);
    if (options.vdevs.empty()) {
        fmt::print("  source and sink   {:7.2f} Mpps  {:6.1f} ns  {:6.1f} cycles\n", result.limit.mpps, result.limit.ns,
                   result.limit.cycles);
    }
    for (std::size_t i = 0; i < kStages.size(); ++i) {
        fmt::print("    {:<10} {:35.1f} cycles\n", kStages[i], result.stages[i]);
    }
    if (result.dropped != 0 || result.copies != 0) {
        fmt::print("  dropped {} packets; {:.2f} copies a packet by flooding\n", result.dropped, result.copies);
    }
}

} // namespace

int bench_main(std::span<char*> args) {
    std::optional<BenchOptions> options;
    TwoWayFrames frames;
    try {
        options = parse_bench_options(args);
        if (!options) {
            return 0;
        }
        frames = options->packets ? read_two_way(*options->packets) : make_l2_frames(options->macs, options->size);
        if (options->write) {
            std::filesystem::create_directories(*options->write);
            write_capture(frames.left, *options->write / "left.pcap");
            write_capture(frames.right, *options->write / "right.pcap");
            return 0;
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "pontoon bench: {}\n", error.what());
        return 2;
    }
    const Eal eal({.hugepages = options->hugepages, .memory_mib = 512, .vdevs = {}, .pci = {}, .cpu = options->cpu});
    const auto result = L2Bench(*options, std::move(frames)).run();
    options->json ? print_json(*options, result, eal.has_hugepages())
                  : print_text(*options, result, eal.has_hugepages());
    return 0;
}

} // namespace pontoon
