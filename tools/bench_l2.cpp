#include "tools/bench_l2.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "dataplane/port/ethdev.hpp"
#include "dataplane/port/pool.hpp"
#include "tools/bench_measure.hpp"
#include "tools/bench_ports.hpp"
#include "tools/bench_report.hpp"

namespace pontoon {

namespace {

struct L2Result {
    Measurement measured;
    double copies = 0; // by flooding, a packet
};

class L2Bench {
public:
    L2Bench(const BenchOptions& options, const TwoWayFrames& frames)
        : options_(options), frames_(frames), pool_("bench", kBuffers), engine_({}) {
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

    L2Result run() {
        L2Result result;
        auto& measured = result.measured;
        if (options_.vdevs.empty()) {
            LoopPort left(frames_.left, pool_);
            LoopPort right(frames_.right, pool_);
            measured.limit = measure_limit(left, right, options_.seconds / 4);
        }
        warm_up(engine_, clock_, 0.3); // learns all stations
        const auto before = engine_.stats();
        measured.engine = measure_engine(engine_, clock_, options_.seconds);
        const auto after = engine_.stats();
        measured.dropped = after.dropped() - before.dropped();
        result.copies = static_cast<double>(after.total.copied - before.total.copied) /
                        static_cast<double>(after.total.received - before.total.received);
        measured.stages = measure_stages(engine_, clock_, options_.seconds / 4);
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

    const BenchOptions& options_;
    const TwoWayFrames& frames_;
    Pool pool_;
    Engine engine_;
    BenchClock clock_;
};

void print_json(const BenchOptions& options, const L2Result& result, bool hugepages) {
    boost::json::object object{{"kind", name_of(options.kind)}, {"macs", options.macs}, {"size", size_value(options)}};
    add_measurement(object, result.measured);
    object["copies"] = result.copies;
    object["hugepages"] = hugepages;
    fmt::print("{}\n", boost::json::serialize(object));
}

void print_text(const BenchOptions& options, const L2Result& result, bool hugepages) {
    if (options.packets) {
        fmt::print("l2, the frames of {}, one worker, {}\n", options.packets->string(), hugepages_text(hugepages));
    } else {
        fmt::print("l2, {} MAC pairs, {}, one worker, {}\n", options.macs, size_text(options),
                   hugepages_text(hugepages));
    }
    print_measurement(result.measured);
    if (result.measured.dropped != 0 || result.copies != 0) {
        fmt::print("  dropped {} packets; {:.2f} copies a packet by flooding\n", result.measured.dropped,
                   result.copies);
    }
}

} // namespace

TwoWayFrames l2_frames(const BenchOptions& options) {
    return options.packets ? read_two_way(*options.packets) : make_l2_frames(options.macs, options.sizes.front());
}

void bench_l2(const BenchOptions& options, const TwoWayFrames& frames) {
    const Eal eal({.hugepages = options.hugepages, .memory_mib = 512, .vdevs = {}, .pci = {}, .cpu = options.cpu});
    const auto result = L2Bench(options, frames).run();
    options.json ? print_json(options, result, eal.has_hugepages()) : print_text(options, result, eal.has_hugepages());
}

} // namespace pontoon
