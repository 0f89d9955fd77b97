#include "control/stats_json.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

json::object port_json(const PortStats& port) {
    return {{"rx_packets", port.rx_packets},
            {"rx_bytes", port.rx_bytes},
            {"tx_packets", port.tx_packets},
            {"tx_bytes", port.tx_bytes},
            {"drops", drops_json(port.drops)}};
}

} // namespace

json::object drops_json(const std::array<std::uint64_t, kReasonCount>& drops) {
    json::object object;
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        if (drops[i] != 0) {
            object[kReasonTexts[i].name] = drops[i];
        }
    }
    return object;
}

json::object flows_json(const FlowStats& flows) {
    return {
        {"created", flows.created}, {"active", flows.active}, {"expired", flows.expired}, {"refused", flows.refused}};
}

json::object balance_json(const Stats& stats) {
    return {{"received", stats.total.received},
            {"copied", stats.total.copied},
            {"originated", stats.total.originated},
            {"sent", stats.total.sent},
            {"merged", stats.total.merged},
            {"consumed", stats.total.consumed},
            {"held", stats.held},
            {"dropped", stats.dropped()}};
}

std::string member_json(std::string_view name, const json::value& value, bool last) {
    return json::serialize(json::value(name)) + ": " + json::serialize(value) + (last ? "\n" : ",\n");
}

std::string ports_json(const Stats& stats) {
    std::string text = "\"ports\": {\n";
    std::size_t left = stats.ports.size();
    for (const auto& [name, port] : stats.ports) {
        text += "  " + member_json(name, port_json(port), --left == 0);
    }
    return text + "},\n";
}

std::string to_json(const Stats& stats) {
    return "{\n" + ports_json(stats) + member_json("drops", drops_json(stats.total.drops)) +
           member_json("consumed", stats.total.consumed) + member_json("held", stats.held) +
           member_json("flows", flows_json(stats.flows)) + member_json("balance", balance_json(stats), true) + "}\n";
}

} // namespace pontoon
