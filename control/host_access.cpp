#include "control/host_access.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "control/held_ports.hpp"
#include "control/host_programs.hpp"
#include "control/host_proxy.hpp"
#include "control/host_rules.hpp"

namespace pontoon {

struct HostAccess::Parts {
    HostProxy proxy{};
    std::optional<HostPrograms> programs{};
    std::vector<Publish> left_out{}; // of the proxy, as has been said

    void follow(const ProxyPlan& plan, const char* who);
};

void HostAccess::Parts::follow(const ProxyPlan& plan, const char* who) {
    proxy.follow(plan.ports);
    for (const auto& publish : plan.left_out) {
        if (std::ranges::count(left_out, publish) == 0) {
            spdlog::warn("published ports {}-{}/{} of {} are not served to {}: the proxy has room for {} ports",
                         publish.host_ports.first, publish.host_ports.last, protocol_name(publish.protocol),
                         publish.endpoint, who, kMaxProxyPorts);
        }
    }
    left_out = plan.left_out;
}

HostAccess::HostAccess(const std::string& cgroup) : parts_(std::make_unique<Parts>()) {
    if (!cgroup.empty()) {
        parts_->programs.emplace(cgroup);
    }
}

HostAccess::~HostAccess() = default;

std::string HostAccess::held(const Publish& publish) const {
    const auto port = held_port(publish, [&](const HeldSocket& socket) {
        return parts_->proxy.holds({publish.protocol, socket.address, socket.port});
    });
    if (!port) {
        return {};
    }
    return "failed to bind host port " + publish.host_ip.to_string() + ":" + std::to_string(*port) + "/" +
           protocol_name(publish.protocol) + ": address already in use";
}

// The proxy's sockets come first: the programs let nobody bind a published port, not even us.
void HostAccess::follow(const Config& config) {
    const auto rules = host_rules(config);
    const auto addresses = host_addresses(config);
    if (!parts_->programs) {
        parts_->follow(proxy_plan(rules, addresses), "processes of the host");
        return;
    }
    parts_->follow(proxy_plan_beside_programs(rules), "datagrams for ::1");
    parts_->programs->follow(published_prefixes(rules), addresses);
}

} // namespace pontoon
