#include "tools/bench_report.hpp"

namespace pontoon {

void add_measurement(boost::json::object& object, const Measurement& measurement) {
    object["mpps"] = measurement.engine.mpps;
    object["ns"] = measurement.engine.ns;
    object["cycles"] = measurement.engine.cycles;
    boost::json::object stages;
    for (std::size_t i = 0; i < kStages.size(); ++i) {
        stages[kStages[i]] = measurement.stages[i];
    }
    object["stage_cycles"] = stages;
    object["dropped"] = measurement.dropped;
    if (measurement.limit) {
        object["limit_mpps"] = measurement.limit->mpps;
        object["limit_ns"] = measurement.limit->ns;
    }
}

void print_measurement(const Measurement& measurement) {
    const auto& engine = measurement.engine;
    fmt::print("  engine            {:7.2f} Mpps  {:6.1f} ns  {:6.1f} cycles a packet\n", engine.mpps, engine.ns,
               engine.cycles);
    if (measurement.limit) {
        fmt::print("  source and sink   {:7.2f} Mpps  {:6.1f} ns  {:6.1f} cycles\n", measurement.limit->mpps,
                   measurement.limit->ns, measurement.limit->cycles);
    }
    for (std::size_t i = 0; i < kStages.size(); ++i) {
        fmt::print("    {:<10} {:35.1f} cycles\n", kStages[i], measurement.stages[i]);
    }
}

boost::json::value size_value(const BenchOptions& options) {
    if (options.sizes.size() > 1) {
        return "imix";
    }
    return options.sizes.front();
}

std::string size_text(const BenchOptions& options) {
    return options.sizes.size() > 1 ? "imix" : fmt::format("{} bytes", options.sizes.front());
}

std::string_view hugepages_text(bool hugepages) {
    return hugepages ? "hugepages" : "no hugepages";
}

boost::json::value json_of(std::optional<double> number) {
    return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

void print_bytes_per_flow(std::optional<double> bytes) {
    if (bytes) {
        fmt::print("  {:.0f} bytes of memory a flow, the table sized for the flows\n", *bytes);
    }
}

boost::json::object nat_object(const BenchOptions& options) {
    boost::json::object object{{"kind", name_of(options.kind)},
                               {"direction", name_of(options.direction)},
                               {"protocol", name_of(options.protocol)},
                               {"flows", options.flows}};
    if (options.is_published()) {
        object["publishes"] = options.publishes;
    }
    return object;
}

std::string nat_text(const BenchOptions& options) {
    return fmt::format("{} {}, {} {} flows{}", name_of(options.kind), name_of(options.direction), options.flows,
                       name_of(options.protocol),
                       options.is_published() ? fmt::format(", {} published ports", options.publishes) : "");
}

std::string drops_between(const Stats& before, const Stats& after) {
    std::string text;
    for (std::size_t reason = 0; reason < kReasonCount; ++reason) {
        const auto dropped = after.total.drops[reason] - before.total.drops[reason];
        if (dropped != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kReasonTexts[reason].name, dropped);
        }
    }
    return text;
}

void warn(const std::string& what) {
    fmt::print(stderr, "pontoon bench: not a sound run: {}\n", what);
}

} // namespace pontoon
