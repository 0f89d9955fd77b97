// What one endpoint more or less costs where there are few and where there are many: the engine, without kernel or
// disk.
//
// `bench_changes`. Medians of 101, in microseconds: what the control thread does when one joins or leaves, and what a
// worker does to adopt it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "dataplane/port/eal.hpp"
#include "tools/memory_switch.hpp"

namespace {

using namespace pontoon;
using Clock = std::chrono::steady_clock;

constexpr unsigned kRounds = 101;

Endpoint endpoint_of(unsigned network, unsigned number) {
    const Ipv4 ipv4{be32{0x0a000000U + (network << 16) + number + 2}};
    return {fmt::format("e{}-{}", network, number), fmt::format("n{}", network), ipv4, mac_of(ipv4)};
}

Config config_of(unsigned networks, unsigned endpoints) {
    Config config;
    for (unsigned n = 0; n < networks; ++n) {
        const Ipv4 base{be32{0x0a000000U + (n << 16)}};
        const Ipv4 gateway{be32{base.host() + 1}};
        config.networks.push_back({fmt::format("n{}", n), {base, 16}, gateway, mac_of(gateway)});
        for (unsigned e = 0; e < endpoints; ++e) {
            config.endpoints.push_back(endpoint_of(n, e));
        }
    }
    return config;
}

template <typename Work>
double microseconds(Work work) {
    const auto begin = Clock::now();
    work();
    return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

void bench(unsigned networks, unsigned endpoints) {
    MemorySwitch memory_switch({});
    Engine& engine = memory_switch.engine();
    const Config config = config_of(networks, endpoints);
    memory_switch.attach(config);
    memory_switch.publish(config);
    engine.step(0);
    std::vector<double> joining;
    std::vector<double> adopting;
    std::vector<double> leaving;
    for (unsigned i = 0; i < kRounds; ++i) {
        const auto endpoint = endpoint_of(0, endpoints + i);
        engine.attach(endpoint.name, std::make_unique<PcapPort>());
        ConfigChange change;
        change.endpoints = {{endpoint.name, endpoint}};
        joining.push_back(microseconds([&] { engine.change(change); }));
        const double turn = microseconds([&] { engine.step(0); });
        adopting.push_back(turn - microseconds([&] { engine.step(0); })); // which asks all ports too
        if (i % 2 == 0) {
            engine.detach(endpoint.name);
            change.endpoints = {{endpoint.name, std::nullopt}};
            leaving.push_back(microseconds([&] { engine.change(change); }));
            engine.step(0);
        }
    }
    fmt::print("{:>9} {:>10} {:>9.0f} {:>9.0f} {:>9.0f}\n", networks, networks * endpoints, median(joining),
               median(leaving), median(adopting));
}

} // namespace

int main() {
    try {
        const Eal eal({.hugepages = Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
        fmt::print("{:>9} {:>10} {:>9} {:>9} {:>9}\n", "networks", "endpoints", "one more", "one less", "adopt");
        bench(1, 10);
        bench(1, 1'000);
        bench(1, 10'000);
        bench(1, 30'000);
        bench(200, 100);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_changes: {}\n", error.what());
        return 1;
    }
}
