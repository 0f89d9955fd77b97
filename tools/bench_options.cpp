#include "tools/bench_options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <iostream>
#include <stdexcept>

#include "tools/command_line.hpp"

namespace pontoon {

namespace {

namespace po = boost::program_options;

po::options_description visible_options() {
    po::options_description options("options");
    auto add = options.add_options();
    add("macs", po::value<unsigned>()->default_value(1)->value_name("N"), "pairs of stations that talk to each other");
    add("size", po::value<unsigned>()->default_value(64)->value_name("BYTES"), "of a frame on the wire, 64 to 1518");
    add("packets", po::value<std::string>()->value_name("FILE"), "send the frames of a capture instead");
    add("seconds", po::value<double>()->default_value(2)->value_name("S"), "how long to measure");
    add("cpu", po::value<unsigned>()->value_name("N"), "processor to run on");
    add("vdev", po::value<std::vector<std::string>>()->composing()->value_name("SPEC"),
        "DPDK device to use as a port instead of memory; give two");
    add("hugepages", po::value<std::string>()->default_value("auto")->value_name("auto|on|off"),
        "back the packet buffers with 2 MiB pages");
    add("write", po::value<std::string>()->value_name("DIR"),
        "do not measure: write the frames to DIR/left.pcap and DIR/right.pcap");
    add("json", "print JSON");
    add("help", "print this");
    return options;
}

Hugepages parse_hugepages(const std::string& text) {
    if (text == "auto") {
        return Hugepages::automatic;
    }
    if (text != "on" && text != "off") {
        throw std::runtime_error(fmt::format("--hugepages {}: must be auto, on or off", text));
    }
    return text == "on" ? Hugepages::on : Hugepages::off;
}

BenchOptions checked(const po::variables_map& values) {
    BenchOptions options;
    if (values.contains("kind")) {
        options.kind = fmt::format("{}", fmt::join(values["kind"].as<std::vector<std::string>>(), " "));
    }
    if (options.kind.empty()) {
        throw std::runtime_error("which benchmark? there is: l2");
    }
    if (options.kind != "l2") {
        throw std::runtime_error(fmt::format("\"{}\" is no benchmark; there is: l2", options.kind));
    }
    if (values.contains("packets")) {
        options.packets = values["packets"].as<std::string>();
    }
    options.macs = values["macs"].as<unsigned>();
    if (options.macs < 1 || options.macs > 1'000'000) {
        throw std::runtime_error(fmt::format("--macs {}: must be from 1 to 1000000", options.macs));
    }
    options.size = values["size"].as<unsigned>();
    if (options.size < 64 || options.size > 1518) {
        throw std::runtime_error(fmt::format("--size {}: must be from 64 to 1518", options.size));
    }
    options.seconds = values["seconds"].as<double>();
    if (!(options.seconds > 0 && options.seconds <= 3600)) {
        throw std::runtime_error(fmt::format("--seconds {}: must be more than 0 and at most 3600", options.seconds));
    }
    if (values.contains("cpu")) {
        options.cpu = values["cpu"].as<unsigned>();
    }
    if (values.contains("vdev")) {
        options.vdevs = values["vdev"].as<std::vector<std::string>>();
        if (options.vdevs.size() != 2) {
            throw std::runtime_error("--vdev: give two, one for each port");
        }
    }
    if (values.contains("write")) {
        options.write = values["write"].as<std::string>();
    }
    options.hugepages = parse_hugepages(values["hugepages"].as<std::string>());
    options.json = values.contains("json");
    return options;
}

} // namespace

std::optional<BenchOptions> parse_bench_options(std::span<char*> args) {
    const auto visible = visible_options();
    const auto values = parse_command_line(args, visible, "kind");
    if (values.contains("help")) {
        std::cout << "usage: pontoon bench l2 [options]\n\n"
                  << "Measures the engine with one worker: l2 is the learning bridge between two ports.\n\n"
                  << visible;
        return std::nullopt;
    }
    return checked(values);
}

} // namespace pontoon
