#include "tools/replay_report.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace pontoon {

namespace {

namespace json = boost::json;

json::object drops_of(const std::array<std::uint64_t, kReasonCount>& drops) {
    json::object object;
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        if (drops[i] != 0) {
            object[kReasonTexts[i].name] = drops[i];
        }
    }
    return object;
}

json::object port_of(const PortStats& port) {
    return {{"rx_packets", port.rx_packets},
            {"rx_bytes", port.rx_bytes},
            {"tx_packets", port.tx_packets},
            {"tx_bytes", port.tx_bytes},
            {"drops", drops_of(port.drops)}};
}

json::object balance_of(const Stats& stats) {
    return {
        {"received", stats.total.received}, {"copied", stats.total.copied},     {"originated", stats.total.originated},
        {"sent", stats.total.sent},         {"consumed", stats.total.consumed}, {"held", stats.held},
        {"dropped", stats.dropped()}};
}

json::object flows_of(const FlowStats& flows) {
    return {
        {"created", flows.created}, {"active", flows.active}, {"expired", flows.expired}, {"refused", flows.refused}};
}

json::object nat_ports_of(const std::map<Ipv4, Engine::NatUse>& uses) {
    json::object object;
    for (const auto& [address, use] : uses) {
        object[address.to_string()] = json::object{{"ports", use.ports}, {"flows", use.flows}};
    }
    return object;
}

// One member of an object, followed by a comma where another comes.
std::string member(std::string_view name, const json::value& value, bool last = false) {
    return fmt::format("\"{}\": {}{}\n", name, json::serialize(value), last ? "" : ",");
}

} // namespace

std::string to_json(const ReplayReport& report) {
    json::object fdb;
    for (const auto& [network, entries] : report.fdb) {
        fdb[network] = entries;
    }
    std::string text = "{\n\"ports\": {\n";
    std::size_t left = report.stats.ports.size();
    for (const auto& [name, port] : report.stats.ports) {
        text += "  " + member(name, port_of(port), --left == 0);
    }
    text += "},\n";
    text += member("drops", drops_of(report.stats.total.drops));
    text += member("consumed", report.stats.total.consumed);
    text += member("held", report.stats.held);
    text += member("fdb", fdb);
    text += member("flows", flows_of(report.stats.flows));
    text += member("nat_ports", nat_ports_of(report.nat_use));
    text += member("balance", balance_of(report.stats), true);
    return text + "}\n";
}

std::string to_text(const ReplayReport& report) {
    const auto& total = report.stats.total;
    std::string text;
    for (const auto& [name, port] : report.stats.ports) {
        if (port.rx_packets != 0 || port.tx_packets != 0) {
            text += fmt::format("{:<16} in {:>8} packets {:>10} bytes, out {:>8} packets {:>10} bytes\n", name,
                                port.rx_packets, port.rx_bytes, port.tx_packets, port.tx_bytes);
        }
    }
    text += fmt::format("received {} + copied {} + originated {} = sent {} + consumed {} + held {} + dropped {}\n",
                        total.received, total.copied, total.originated, total.sent, total.consumed, report.stats.held,
                        report.stats.dropped());
    const auto& flows = report.stats.flows;
    if (flows.created + flows.refused != 0) {
        text += fmt::format("flows created {}, active {}, expired {}, refused {}\n", flows.created, flows.active,
                            flows.expired, flows.refused);
    }
    for (const auto& [address, use] : report.nat_use) {
        if (use.flows != 0) {
            text += fmt::format("NAT ports of {}: {}, for {} masqueraded flows\n", address.to_string(), use.ports,
                                use.flows);
        }
    }
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        if (total.drops[i] != 0) {
            text += fmt::format("dropped {:>9} {}: {}\n", total.drops[i], kReasonTexts[i].name, kReasonTexts[i].text);
        }
    }
    return text;
}

} // namespace pontoon
