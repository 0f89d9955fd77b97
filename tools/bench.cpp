#include "tools/bench.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "tools/bench_l2.hpp"
#include "tools/bench_nat.hpp"
#include "tools/bench_options.hpp"
#include "tools/bench_setup.hpp"

namespace pontoon {

int bench_main(std::span<char*> args) {
    std::optional<BenchOptions> options;
    TwoWayFrames frames;
    try {
        options = parse_bench_options(args);
        if (!options) {
            return 0;
        }
        if (options->kind == BenchKind::l2) {
            frames = l2_frames(*options);
            if (options->write) {
                write_captures(frames, *options->write);
                return 0;
            }
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "pontoon bench: {}\n", error.what());
        return 2;
    }
    switch (options->kind) {
    case BenchKind::l2: bench_l2(*options, frames); break;
    case BenchKind::masquerade:
    case BenchKind::publish: bench_nat(*options); break;
    case BenchKind::setup: bench_setup(*options); break;
    }
    return 0;
}

} // namespace pontoon
