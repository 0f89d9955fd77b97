#include "tools/replay_report.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "control/stats_json.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

json::object nat_ports_of(const std::map<Ipv4, Engine::NatUse>& uses) {
    json::object object;
    for (const auto& [address, use] : uses) {
        object[address.to_string()] = json::object{{"ports", use.ports}, {"flows", use.flows}};
    }
    return object;
}

} // namespace

std::string to_json(const ReplayReport& report) {
    json::object fdb;
    for (const auto& [network, entries] : report.fdb) {
        fdb[network] = entries;
    }
    const auto& stats = report.stats;
    std::string text = "{\n" + ports_json(stats);
    text += member_json("drops", drops_json(stats.total.drops));
    text += member_json("consumed", stats.total.consumed);
    text += member_json("held", stats.held);
    text += member_json("fdb", fdb);
    text += member_json("flows", flows_json(stats.flows));
    text += member_json("nat_ports", nat_ports_of(report.nat_use));
    text += member_json("balance", balance_json(stats), true);
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
    text += fmt::format(
        "received {} + copied {} + originated {} = sent {} + merged {} + consumed {} + held {} + dropped {}\n",
        total.received, total.copied, total.originated, total.sent, total.merged, total.consumed, report.stats.held,
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
