#include "tools/bench_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <iostream>
#include <stdexcept>

#include "tools/command_line.hpp"
#include "tools/nat_frames.hpp"
#include "tools/nat_world.hpp"

namespace pontoon {

namespace {

namespace po = boost::program_options;

constexpr std::array<std::string_view, 4> kKinds{"l2", "masquerade", "publish", "setup"};
constexpr std::array<std::string_view, 2> kDirections{"out", "in"};
constexpr std::array<std::string_view, 3> kProtocols{"tcp", "udp", "sctp"};

constexpr const char* kAbout = R"(usage: pontoon bench KIND [options]

Measures the engine with one worker.
  l2          the learning bridge between two ports
  masquerade  500 containers that talk to the world: out, or the world's answers: in
  publish     clients outside that talk to published ports of 500 containers: in, or the answers: out
  setup       how many new flows a second; out: masqueraded, in: to published ports

The flow table is sized for the flows. They are all there before anything is measured, except for setup, and what is
measured visits them in an order other than that of their creation.

)";

// Which kinds an option is for, if not for all.
struct Scope {
    const char* option;
    std::vector<BenchKind> kinds;
};

const std::array<Scope, 10>& scopes() {
    using enum BenchKind;
    static const std::array<Scope, 10> all{{{"macs", {l2}},
                                            {"packets", {l2}},
                                            {"flows", {masquerade, publish, setup}},
                                            {"protocol", {masquerade, publish, setup}},
                                            {"direction", {masquerade, publish, setup}},
                                            {"publishes", {publish, setup}},
                                            {"seed", {masquerade, publish, setup}},
                                            {"size", {l2, masquerade, publish}},
                                            {"vdev", {l2, masquerade, publish}},
                                            {"write", {l2, masquerade, publish}}}};
    return all;
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

unsigned checked_count(const po::variables_map& values, const char* option, unsigned most) {
    const auto count = values[option].as<unsigned>();
    if (count < 1 || count > most) {
        throw std::runtime_error(fmt::format("--{} {}: must be from 1 to {}", option, count, most));
    }
    return count;
}

BenchKind parse_kind(const po::variables_map& values) {
    const auto known = fmt::format("{}", fmt::join(kKinds, ", "));
    std::string kind;
    if (values.contains("kind")) {
        kind = fmt::format("{}", fmt::join(values["kind"].as<std::vector<std::string>>(), " "));
    }
    if (kind.empty()) {
        throw std::runtime_error("which benchmark? there are: " + known);
    }
    const auto* const found = std::ranges::find(kKinds, kind);
    if (found == kKinds.end()) {
        throw std::runtime_error(fmt::format("\"{}\" is no benchmark; there are: {}", kind, known));
    }
    return static_cast<BenchKind>(found - kKinds.begin());
}

void check_scopes(const po::variables_map& values, BenchKind kind) {
    for (const auto& [option, kinds] : scopes()) {
        if (values.contains(option) && !values[option].defaulted() && std::ranges::find(kinds, kind) == kinds.end()) {
            throw std::runtime_error(fmt::format("--{} is not for {}", option, name_of(kind)));
        }
    }
}

std::vector<unsigned> parse_sizes(const std::string& text, BenchKind kind) {
    if (text == "imix" && kind != BenchKind::l2) {
        return {kImix.begin(), kImix.end()};
    }
    unsigned size = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, size);
    if (error != std::errc() || stopped != end || size < 64 || size > 1518) {
        throw std::runtime_error(
            fmt::format("--size {}: must be from 64 to 1518{}", text, kind == BenchKind::l2 ? "" : ", or imix"));
    }
    return {size};
}

void take_nat_options(BenchOptions& options, const po::variables_map& values) {
    options.flows = options.kind == BenchKind::setup ? 100'000 : 1;
    if (values.contains("flows")) {
        options.flows = checked_count(values, "flows", kMostFlows);
    }
    const auto protocol = values["protocol"].as<std::string>();
    if (protocol != "udp" && protocol != "tcp") {
        throw std::runtime_error(fmt::format("--protocol {}: must be udp or tcp", protocol));
    }
    options.protocol = protocol == "tcp" ? Transport::tcp : Transport::udp;
    options.direction = options.kind == BenchKind::publish ? Direction::in : Direction::out;
    if (values.contains("direction")) {
        const auto direction = values["direction"].as<std::string>();
        if (direction != "out" && direction != "in") {
            throw std::runtime_error(fmt::format("--direction {}: must be out or in", direction));
        }
        options.direction = direction == "in" ? Direction::in : Direction::out;
    }
    const auto publishes = checked_count(values, "publishes", kMostPublishes);
    if (options.kind == BenchKind::publish ||
        (options.kind == BenchKind::setup && options.direction == Direction::in)) {
        options.publishes = publishes;
    }
    options.seed = values["seed"].as<std::uint64_t>();
}

BenchOptions checked(const po::variables_map& values) {
    BenchOptions options;
    options.kind = parse_kind(values);
    check_scopes(values, options.kind);
    if (values.contains("packets")) {
        options.packets = values["packets"].as<std::string>();
    }
    options.macs = checked_count(values, "macs", 1'000'000);
    options.sizes = parse_sizes(values["size"].as<std::string>(), options.kind);
    if (options.kind != BenchKind::l2) {
        take_nat_options(options, values);
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

std::string_view name_of(BenchKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Direction direction) {
    return kDirections[static_cast<std::size_t>(direction)];
}

std::string_view name_of(Transport protocol) {
    return kProtocols[static_cast<std::size_t>(protocol)];
}

po::options_description bench_option_table() {
    po::options_description options("options");
    auto add = options.add_options();
    add("macs", po::value<unsigned>()->default_value(1)->value_name("N"),
        "l2: pairs of stations that talk to each other");
    add("packets", po::value<std::string>()->value_name("FILE"), "l2: send the frames of a capture instead");
    add("flows", po::value<unsigned>()->value_name("N"), "NAT: how many; 1 unless told, for setup 100000");
    add("protocol", po::value<std::string>()->default_value("udp")->value_name("udp|tcp"),
        "NAT: of the flows; TCP's begin with a handshake, for setup with a SYN alone");
    add("direction", po::value<std::string>()->value_name("out|in"),
        "NAT: from the containers or to them; out unless told, for publish in");
    add("publishes", po::value<unsigned>()->default_value(kContainers)->value_name("N"),
        "published ports in all; at most 500 are visited, each of another container");
    add("seed", po::value<std::uint64_t>()->default_value(1)->value_name("N"),
        "NAT: of the translated ports and the order of frames");
    add("size", po::value<std::string>()->default_value("64")->value_name("BYTES"),
        "of a frame on the wire, 64 to 1518, or, not for l2, imix: 64, 594 and 1518 as 7:4:1");
    add("seconds", po::value<double>()->default_value(2)->value_name("S"), "how long to measure");
    add("cpu", po::value<unsigned>()->value_name("N"), "processor to run on");
    add("vdev", po::value<std::vector<std::string>>()->composing()->value_name("SPEC"),
        "DPDK device to use as a port instead of memory; give two, for NAT the containers' side first");
    add("hugepages", po::value<std::string>()->default_value("auto")->value_name("auto|on|off"),
        "back the packet buffers with 2 MiB pages");
    add("write", po::value<std::string>()->value_name("DIR"),
        "do not measure: write the frames to DIR/left.pcap and DIR/right.pcap, for NAT the containers' side left");
    add("json", "print JSON");
    add("help", "print this");
    return options;
}

std::optional<BenchOptions> parse_bench_options(std::span<char*> args) {
    const auto visible = bench_option_table();
    const auto values = parse_command_line(args, visible, "kind");
    if (values.contains("help")) {
        std::cout << kAbout << visible;
        return std::nullopt;
    }
    return checked(values);
}

} // namespace pontoon
