#include "control/host_proxy.hpp"

#include <algorithm>
#include <iterator>

#include "control/held_ports.hpp"

namespace pontoon {
namespace {

constexpr Ipv6 kLoopback6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv4 kLoopback4{be32{0x7f000001}};

// Those for an address first, so that they are there when one for all comes; of each kind the small ones first.
std::vector<HostRule> in_order(std::vector<HostRule> rules) {
    std::ranges::stable_sort(rules, {}, [](const HostRule& rule) {
        return std::pair(rule.publish.host_ip.is_unspecified(), rule.publish.host_ports.size());
    });
    return rules;
}

// All or, where there is no room, nothing of a rule.
void add(ProxyPlan& plan, const HostRule& rule, const std::vector<Ipv6>& addresses) {
    const auto& publish = rule.publish;
    if (publish.protocol == Transport::sctp) {
        return;
    }
    if (plan.ports.size() + publish.host_ports.size() * addresses.size() > kMaxProxyPorts) {
        plan.left_out.push_back(publish);
        return;
    }
    for (unsigned n = 0; n < publish.host_ports.size(); ++n) {
        const auto port = static_cast<std::uint16_t>(publish.host_ports.first + n);
        const ProxyTarget target{rule.container, static_cast<std::uint16_t>(publish.ports.first + n)};
        for (const auto& address : addresses) {
            plan.ports.try_emplace({publish.protocol, address, port}, target);
        }
    }
}

} // namespace

ProxyPlan proxy_plan(const std::vector<HostRule>& rules, const std::set<Ipv4>& addresses) {
    std::vector<Ipv6> all{kLoopback6, mapped(kLoopback4)};
    std::ranges::transform(addresses, std::back_inserter(all), mapped);
    ProxyPlan plan;
    for (const auto& rule : in_order(rules)) {
        const Ipv4 host_ip = rule.publish.host_ip;
        add(plan, rule, host_ip.is_unspecified() ? all : std::vector{mapped(host_ip)});
    }
    return plan;
}

ProxyPlan proxy_plan_beside_programs(const std::vector<HostRule>& rules) {
    std::vector<HostRule> datagrams;
    std::ranges::copy_if(rules, std::back_inserter(datagrams), [](const HostRule& rule) {
        return rule.publish.host_ip.is_unspecified() && rule.publish.protocol == Transport::udp;
    });
    ProxyPlan plan;
    for (const auto& rule : in_order(std::move(datagrams))) {
        add(plan, rule, {kLoopback6});
    }
    return plan;
}

} // namespace pontoon
