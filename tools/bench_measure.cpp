#include "tools/bench_measure.hpp"

#include <algorithm>

namespace pontoon {

void warm_up(Engine& engine, BenchClock& clock, double seconds) {
    (void)measure(clock, seconds, [&](Nanoseconds now) { return engine.step(now) ? 1U : 0U; });
}

Cost measure_engine(Engine& engine, BenchClock& clock, double seconds) {
    const std::uint64_t before = engine.stats().total.received;
    std::uint64_t turns = 0;
    const auto turn = measure(clock, seconds, [&](Nanoseconds now) {
        engine.step(now);
        ++turns;
        return 1U;
    });
    const double per_turn = static_cast<double>(engine.stats().total.received - before) / static_cast<double>(turns);
    return {turn.mpps * per_turn, turn.ns / per_turn, turn.cycles / per_turn};
}

StageCosts measure_stages(Engine& engine, BenchClock& clock, double seconds) {
    StageCycles cycles;
    engine.set_stage_clock(&cycles);
    warm_up(engine, clock, seconds);
    engine.set_stage_clock(nullptr);
    const auto packets = static_cast<double>(std::max<std::uint64_t>(cycles.packets, 1));
    return {static_cast<double>(cycles.receive) / packets, static_cast<double>(cycles.parse) / packets,
            static_cast<double>(cycles.forward) / packets, static_cast<double>(cycles.transmit) / packets};
}

Cost measure_limit(Port& left, Port& right, double seconds) {
    BenchClock clock;
    return measure(clock, seconds, [&](Nanoseconds) {
        std::array<rte_mbuf*, Burst::kMax> packets;
        const unsigned to_right = left.receive(packets);
        right.transmit(std::span(packets).first(to_right));
        const unsigned to_left = right.receive(packets);
        left.transmit(std::span(packets).first(to_left));
        return to_right + to_left;
    });
}

} // namespace pontoon
