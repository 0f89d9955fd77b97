// A switch on DPDK devices for the functional tests: one network, an endpoint a device, workers as threads. Runs until
// its standard input ends, then prints the statistics. Usage: ethdev_switch WORKERS DEVICE...
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

#include "dataplane/engine.hpp"
#include "dataplane/port/eal.hpp"
#include "dataplane/port/ethdev.hpp"
#include "dataplane/port/pool.hpp"
#include "tools/replay_report.hpp"

namespace {

int run(std::span<char*> args) {
    using namespace pontoon;
    if (args.size() < 3) {
        throw std::runtime_error("usage: ethdev_switch WORKERS DEVICE...");
    }
    const Eal eal({.hugepages = Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
    Pool pool("ethdev", 16384);
    Engine engine({.workers = static_cast<unsigned>(std::atoi(args[1])), .seed = 1});
    Config config;
    const auto gateway = *Ipv4::parse("172.18.0.1");
    config.networks.push_back({"test", *Prefix4::parse("172.18.0.0/16"), gateway, mac_of(gateway)});
    for (std::size_t i = 2; i < args.size(); ++i) {
        const std::string name = "e" + std::to_string(i - 1);
        const Ipv4 address{be32{static_cast<std::uint32_t>(gateway.host() + i - 1)}};
        config.endpoints.push_back({name, "test", address, mac_of(address)});
        engine.attach(name, std::make_unique<EthdevPort>(args[i], pool));
    }
    engine.publish(config);
    engine.start();
    fmt::print("ready\n");
    std::fflush(stdout);
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    engine.stop();
    fmt::print("{}", to_json({engine.stats(), {}}));
    return engine.stats().is_conserved() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(std::span(argv, static_cast<std::size_t>(argc)));
    } catch (const std::exception& error) {
        fmt::print(stderr, "ethdev_switch: {}\n", error.what());
        return 2;
    }
}
