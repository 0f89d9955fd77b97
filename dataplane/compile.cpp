// How a Config becomes a Plan: names become numbers, and networks that live on keep their tables.
#include <algorithm>
#include <map>

#include "dataplane/engine.hpp"

namespace pontoon {

std::unique_ptr<Plan> Engine::compile(const Config& config) {
    auto plan = std::make_unique<Plan>();
    plan->generation = current_ ? current_->generation + 1 : 1;
    plan->owned.resize(workers_.size());
    for (const auto& [name, attachment] : attachments_) {
        plan->ports.resize(std::max<std::size_t>(plan->ports.size(), attachment->id + std::size_t{1}));
        plan->ports[attachment->id] = {attachment.get(), Plan::kNoDomain, name == kUplinkName,
                                       name == kUplinkName ? 0 : plan->generation};
        plan->attachments.push_back(attachment);
    }
    for (PortId id = 1; id < plan->ports.size(); ++id) {
        if (plan->has_port(id)) {
            plan->owned[plan->ports[id].attachment->worker].push_back(id);
        }
    }
    std::map<std::string, std::vector<const Endpoint*>> members;
    for (const auto& endpoint : config.endpoints) {
        members[endpoint.network].push_back(&endpoint);
    }
    for (const auto& network : config.networks) {
        const auto index = static_cast<std::uint16_t>(plan->domains.size());
        BridgeDomain domain{network.name, network.subnet, network.gateway, network.gateway_mac, network.icc, {}, {}};
        for (const auto* endpoint : members[network.name]) {
            if (const auto found = attachments_.find(endpoint->port_name()); found != attachments_.end()) {
                const PortId id = found->second->id;
                plan->ports[id].domain = index;
                plan->ports[id].joined = joined(id, network.name, plan->generation);
                if (std::ranges::find(domain.ports, id) == domain.ports.end()) {
                    domain.ports.push_back(id);
                }
                domain.statics.push_back({endpoint->mac, id});
            }
        }
        domain.statics.push_back({network.gateway_mac, kGatewayPort});
        add_domain(*plan, std::move(domain));
    }
    return plan;
}

std::uint64_t Engine::joined(PortId id, const std::string& network, std::uint64_t generation) const {
    if (!current_ || !current_->has_port(id)) {
        return generation;
    }
    const auto& before = current_->ports[id];
    const bool stays = before.domain != Plan::kNoDomain && current_->domains[before.domain].bridge.name == network;
    return stays ? before.joined : generation;
}

void Engine::add_domain(Plan& plan, BridgeDomain domain) {
    plan.routes.subnets.push_back(domain.subnet);
    plan.routes.gateways.push_back(domain.gateway);
    const Plan::Domain* before = nullptr;
    if (current_) {
        const auto found =
            std::ranges::find(current_->domains, domain.name, [](const Plan::Domain& old) { return old.bridge.name; });
        before = found == current_->domains.end() ? nullptr : &*found;
    }
    if (before != nullptr && before->bridge == domain) {
        plan.domains.push_back(*before);
        return;
    }
    const bool reusable = before != nullptr &&
                          std::ranges::all_of(before->fdbs, [&](const auto& fdb) { return fdb->fits(domain.statics); });
    auto fdbs = reusable ? before->fdbs : make_fdbs(domain);
    plan.domains.push_back({std::move(domain), std::move(fdbs), plan.generation});
}

std::vector<std::shared_ptr<Fdb>> Engine::make_fdbs(const BridgeDomain& domain) {
    std::size_t sets = Fdb::kMinSets;
    while (sets < 2 * domain.statics.size()) {
        sets *= 2;
    }
    std::vector<std::shared_ptr<Fdb>> fdbs;
    while (fdbs.size() < workers_.size()) {
        auto fdb = std::make_shared<Fdb>(random_(), sets);
        if (fdb->fits(domain.statics)) {
            fdbs.push_back(std::move(fdb));
        } else {
            sets *= 2;
        }
    }
    return fdbs;
}

} // namespace pontoon
