// A switch in the world of the NAT benchmarks, to which frames can be played on either side.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/engine.hpp"
#include "dataplane/port/pool.hpp"
#include "tools/bench_measure.hpp"
#include "tools/bench_options.hpp"
#include "tools/bench_ports.hpp"
#include "tools/nat_world.hpp"

namespace pontoon {

[[nodiscard]] constexpr Direction opposite(Direction direction) {
    return direction == Direction::out ? Direction::in : Direction::out;
}

// Ports by the direction of what they receive: that of the containers receives what goes out.
class PlayPorts {
public:
    explicit PlayPorts(Pool& pool) : ports_{PlayPort(pool), PlayPort(pool)} {}

    [[nodiscard]] PlayPort& source(Direction direction) { return ports_[static_cast<std::size_t>(direction)]; }
    [[nodiscard]] PlayPort& sink(Direction direction) { return source(opposite(direction)); }

private:
    std::array<PlayPort, 2> ports_;
};

// The packets of `ends`, of which each begins a flow, in the order of the flows.
[[nodiscard]] std::vector<Ends> flow_ends(const BenchOptions& options);

// DPDK's memory for the tables of so many flows, if it is DPDK's that they take.
[[nodiscard]] unsigned nat_memory_mib(unsigned flows);

class NatSwitch {
public:
    // `ports` outlive the switch. The flow table is sized for the flows of `options`.
    NatSwitch(const BenchOptions& options, PlayPorts& ports);

    // Lets `frames` in, once, and says in one line what is wrong if not as many come out on the other side. Throws
    // std::runtime_error if they find no buffers.
    [[nodiscard]] std::string play(Direction direction, const FrameList& frames);
    // From now on `port` receives what goes in `direction`, instead of the one that plays. It is there whenever the
    // engine takes a turn.
    void plug(Direction direction, Port& port) { plugs_[static_cast<std::size_t>(direction)]->plug(port); }

    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] BenchClock& clock() { return clock_; }

    // Flows there is room for.
    [[nodiscard]] static std::uint32_t room_for(unsigned flows);

private:
    PlayPorts& ports_;
    Engine engine_;
    std::array<PlugPort*, 2> plugs_{}; // the engine's
    BenchClock clock_;
};

} // namespace pontoon
