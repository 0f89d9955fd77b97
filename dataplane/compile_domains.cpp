// Networks of a plan: which one is as it was in the plan before, and tables for those that are not.
#include <algorithm>

#include "dataplane/engine.hpp"

namespace pontoon {

std::uint64_t Engine::joined(PortId id, const std::string& network, std::uint64_t generation) const {
    if (!current_ || !current_->has_port(id)) {
        return generation;
    }
    const auto& before = current_->ports[id];
    const bool stays = before.domain != Plan::kNoDomain && current_->domains[before.domain].bridge->name == network;
    return stays ? before.joined : generation;
}

void Engine::add_domain(Plan& plan, const BridgeDomain& domain, Zone zone) const {
    plan.domain_of.resize(std::max<std::size_t>(plan.domain_of.size(), zone + std::size_t{1}), Plan::kNoDomain);
    plan.domain_of[zone] = static_cast<std::uint16_t>(plan.domains.size());
    // Zones of networks that were there already are those of the plan before.
    const bool was = current_ && zone < current_->domain_of.size() && current_->domain_of[zone] != Plan::kNoDomain;
    const Plan::Domain* before = was ? &current_->domains[current_->domain_of[zone]] : nullptr;
    if (before != nullptr && before->bridge->name != domain.name) {
        before = nullptr;
    }
    if (before != nullptr && *before->bridge == domain) {
        plan.domains.push_back(*before);
        return;
    }
    const bool reusable = before != nullptr && std::ranges::all_of(*before->fdbs, [&](const auto& fdb) {
                              return fdb->fits(domain.statics);
                          });
    auto fdbs = reusable ? before->fdbs : make_fdbs(domain);
    plan.domains.push_back({std::make_shared<const BridgeDomain>(domain), std::move(fdbs), plan.generation});
}

std::shared_ptr<const Plan::Fdbs> Engine::make_fdbs(const BridgeDomain& domain) const {
    std::size_t sets = Fdb::kMinSets;
    while (sets < 2 * domain.statics.size()) {
        sets *= 2;
    }
    auto fdbs = std::make_shared<Plan::Fdbs>();
    while (fdbs->size() < workers_.size()) {
        auto fdb = std::make_unique<Fdb>(random_(), sets);
        if (fdb->fits(domain.statics)) {
            fdbs->push_back(std::move(fdb));
        } else {
            sets *= 2;
        }
    }
    return fdbs;
}

} // namespace pontoon
