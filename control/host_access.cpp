#include "control/host_access.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <vector>

#include "control/held_ports.hpp"
#include "control/host_programs.hpp"
#include "control/host_proxy.hpp"
#include "control/host_rules.hpp"

namespace pontoon {

namespace {

auto order_of(const Publish& publish) {
    return std::tie(publish.endpoint, publish.protocol, publish.host_ip, publish.host_ports.first);
}

} // namespace

struct HostAccess::Parts {
    HostProxy proxy{};
    std::optional<HostPrograms> programs{};
    std::vector<Publish> left_out{}; // of the proxy, as has been said; sorted

    void follow(const ProxyPlan& plan, const char* who);
};

void HostAccess::Parts::follow(const ProxyPlan& plan, const char* who) {
    proxy.follow(plan.ports);
    std::vector<Publish> sorted = plan.left_out;
    std::ranges::sort(sorted, {}, order_of);
    std::vector<Publish> news;
    std::ranges::set_difference(sorted, left_out, std::back_inserter(news), {}, order_of, order_of);
    for (const auto& publish : news) {
        spdlog::warn("published ports {}-{}/{} of {} are not served to {}: the proxy has room for {} ports",
                     publish.host_ports.first, publish.host_ports.last, protocol_name(publish.protocol),
                     publish.endpoint, who, kMaxProxyPorts);
    }
    left_out = std::move(sorted);
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
