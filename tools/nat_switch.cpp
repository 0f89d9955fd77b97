#include "tools/nat_switch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tools/bench_report.hpp"

namespace pontoon {

std::vector<Ends> flow_ends(const BenchOptions& options) {
    std::vector<Ends> ends;
    ends.reserve(options.flows);
    for (unsigned flow = 0; flow < options.flows; ++flow) {
        ends.push_back(options.is_published() ? published_ends(flow, options.publishes) : masqueraded_ends(flow));
    }
    return ends;
}

unsigned nat_memory_mib(unsigned flows) {
    return static_cast<unsigned>((std::uint64_t{flows} * 512 >> 20) + 64);
}

std::uint32_t NatSwitch::room_for(unsigned flows) {
    return flows + std::max(flows / 32, 64U);
}

NatSwitch::NatSwitch(const BenchOptions& options, PlayPorts& ports)
    : ports_(ports),
      engine_({.workers = 1, .seed = options.seed, .nat_secret = options.seed, .flows = room_for(options.flows)}) {
    for (const auto& [direction, name] : {std::pair(Direction::out, kInsideName), {Direction::in, kUplinkName}}) {
        auto plug = std::make_unique<PlugPort>(ports.source(direction));
        plugs_[static_cast<std::size_t>(direction)] = plug.get();
        engine_.attach(name, std::move(plug));
    }
    engine_.publish(make_config({options.publishes, options.protocol, room_for(options.flows)}));
}

std::string NatSwitch::play(Direction direction, const FrameList& frames) {
    auto& source = ports_.source(direction);
    const auto& sink = ports_.sink(direction);
    const auto before = engine_.stats();
    const std::uint64_t given = sink.given();
    source.play(frames);
    while (!source.is_done()) {
        clock_.now += 1000;
        if (!engine_.step(clock_.now)) {
            throw std::runtime_error("the switch does not give packet buffers back");
        }
    }
    const std::uint64_t through = sink.given() - given;
    if (through == frames.size()) {
        return "";
    }
    const auto drops = drops_between(before, engine_.stats());
    return fmt::format("{} of {} packets that begin flows came through{}", through, frames.size(),
                       drops.empty() ? "" : "; dropped: " + drops);
}

} // namespace pontoon
