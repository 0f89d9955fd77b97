// Networks of a plan: who is in them, and their tables.
#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "dataplane/compiler_draft.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kMostNetworks = 0xfffe;

} // namespace

void Compiler::DomainDraft::add(const Fdb::Static& entry) {
    bridge.statics.insert(std::ranges::upper_bound(bridge.statics, entry), entry);
    change.added.push_back(entry);
}

void Compiler::DomainDraft::remove(const Fdb::Static& entry) {
    const auto found = std::ranges::lower_bound(bridge.statics, entry);
    if (found == bridge.statics.end() || *found != entry) {
        return;
    }
    bridge.statics.erase(found);
    change.gone.push_back(entry);
}

// Where several have one MAC the last of `statics` counts, and so it does in a table that only hears of the change.
void Compiler::DomainDraft::finish_statics() {
    const Fdb::Static gateway{bridge.gateway_mac, bridge.host != kNoPort ? bridge.host : kGatewayPort};
    std::set<Mac> touched;
    if (gateway_before != gateway) {
        touched.insert(gateway.mac);
        if (gateway_before) {
            change.gone.push_back(*gateway_before);
        }
    }
    for (const auto* entries : {&change.gone, &change.added}) {
        std::ranges::transform(*entries, std::inserter(touched, touched.end()), &Fdb::Static::mac);
    }
    change.added.clear();
    for (const auto& mac : touched) {
        const auto same = std::ranges::equal_range(bridge.statics, mac, {}, &Fdb::Static::mac);
        change.added.insert(change.added.end(), same.begin(), same.end());
    }
    if (touched.contains(gateway.mac)) {
        change.added.push_back(gateway);
    }
    bridge.statics.push_back(gateway);
}

Compiler::DomainDraft& Compiler::domain(Draft& draft, Zone zone) {
    const auto found = draft.domains.find(zone);
    if (found != draft.domains.end()) {
        return found->second;
    }
    DomainDraft& domain = draft.domains[zone];
    domain.change.zone = zone;
    if (draft.before.has_network(zone)) {
        domain.bridge = *draft.before.domains[zone].bridge;
        domain.gateway_before = domain.bridge.statics.back();
        domain.bridge.statics.pop_back();
    }
    return domain;
}

void Compiler::occupy(Draft& draft, PortId port, Zone zone) {
    auto& slot = draft.plan->ports[port];
    if (slot.members++ == 0) {
        auto& ports = domain(draft, zone).bridge.ports;
        ports.insert(std::ranges::lower_bound(ports, port), port);
        slot.zone = zone;
        draft.moved.insert(port);
    }
}

void Compiler::vacate(Draft& draft, PortId port) {
    auto& slot = draft.plan->ports[port];
    if (--slot.members == 0) {
        auto& left = domain(draft, slot.zone);
        left.bridge.ports.erase(std::ranges::lower_bound(left.bridge.ports, port));
        left.change.left.push_back(port);
        slot.zone = kUplinkZone;
        draft.moved.insert(port);
    }
}

// Networks that are different, or where the host comes or goes.
std::set<std::string> Compiler::networks_at(const ConfigChange& change) const {
    std::set<std::string> names;
    for (const auto& [name, network] : change.networks) {
        names.insert(name);
    }
    const auto add_at = [&](const std::string& port) {
        if (const auto* const network = config_.network_of_host(port)) {
            names.insert(network->name);
        }
    };
    for (const auto* port : came_) {
        add_at(port->name);
    }
    for (const auto& port : left_) {
        add_at(port.name);
    }
    return names;
}

void Compiler::take_hosts(Draft& draft, const std::set<std::string>& networks) const {
    for (const auto& name : networks) {
        const auto zone = zones_.find(name);
        if (zone == zones_.end()) {
            continue;
        }
        DomainDraft& left = domain(draft, zone->second);
        BridgeDomain& bridge = left.bridge;
        if (bridge.host != kNoPort) {
            vacate(draft, bridge.host);
            bridge.host = kNoPort;
        }
        if (config_.network(name) == nullptr) {
            left.gone = true;
            draft.gone_zones.insert(name);
        }
    }
}

// A network keeps its number as long as it is there; a new one gets one that no other has.
void Compiler::set_networks(Draft& draft, const std::set<std::string>& networks) const {
    if (config_.networks().size() > kMostNetworks) {
        throw std::runtime_error("more than " + std::to_string(kMostNetworks) + " networks");
    }
    auto& domains = draft.plan->domains;
    Zone next = 1;
    for (const auto& name : networks) {
        const auto* const network = config_.network(name);
        if (network == nullptr) {
            continue;
        }
        Zone zone = zone_of(draft, name);
        if (zone == kUplinkZone) {
            while (draft.before.has_network(next)) {
                ++next;
            }
            zone = next++;
            draft.new_zones.emplace(name, zone);
            domains.resize(std::max<std::size_t>(domains.size(), zone + std::size_t{1}));
        }
        BridgeDomain& bridge = domain(draft, zone).bridge;
        bridge.name = name;
        bridge.subnet = network->subnet;
        bridge.gateway = network->gateway;
        bridge.gateway_mac = network->gateway_mac;
        bridge.icc = network->icc;
        if (const auto* const host = port_of(network->host_port)) {
            const auto& slot = draft.plan->ports[host->id];
            if (!slot.in_network() || slot.zone == zone) {
                occupy(draft, host->id, zone);
                bridge.host = host->id;
            }
        }
    }
}

// Links are few: all are looked at.
void Compiler::set_links(Draft& draft) const {
    std::map<Zone, std::vector<BridgeDomain::Link>> links;
    for (const auto& link : config_.links()) {
        const auto* const from = member(draft, link.from);
        const auto* const to = member(draft, link.to);
        if (from == nullptr || to == nullptr || from->zone != to->zone) {
            continue;
        }
        for (const auto& ports : link.ports) {
            links[from->zone].push_back({from->ipv4, to->ipv4, ip_protocol(ports.protocol), ports.range});
        }
    }
    std::set<Zone> zones = linked_;
    for (const auto& [zone, of] : links) {
        zones.insert(zone);
        draft.linked.insert(zone);
    }
    for (const Zone zone : zones) {
        const auto found = draft.domains.find(zone);
        const auto& before = found != draft.domains.end() ? found->second.bridge : *draft.plan->domains[zone].bridge;
        if (before.links != links[zone]) {
            domain(draft, zone).bridge.links = links[zone];
        }
    }
}

void Compiler::finish_domains(Draft& draft) const {
    Plan& plan = *draft.plan;
    for (const PortId port : draft.moved) {
        auto& slot = plan.ports[port];
        const bool stays = draft.before.has_port(port) && draft.before.ports[port].attachment == slot.attachment &&
                           draft.before.ports[port].zone == slot.zone;
        if (!stays) {
            slot.joined = plan.generation;
        }
    }
    for (auto& [zone, domain] : draft.domains) {
        if (domain.gone) {
            plan.domains[zone] = {};
            draft.tables.emplace_back(zone, Tables{});
            continue;
        }
        domain.finish_statics();
        auto& change = domain.change;
        std::erase_if(change.left, [&, zone = zone](PortId port) {
            return plan.ports[port].zone == zone && plan.ports[port].joined != plan.generation;
        });
        const auto& fdbs = zone < tables_.size() ? tables_[zone].fdbs : nullptr;
        const bool reusable = fdbs != nullptr && std::ranges::all_of(*fdbs, [&](const auto& fdb) {
                                  return change.added.size() < 64 ? fdb->fits(domain.bridge.statics, change.added)
                                                                  : fdb->fits(domain.bridge.statics);
                              });
        change.new_tables = !reusable;
        Tables tables{nullptr, reusable ? fdbs : make_fdbs(domain.bridge)};
        tables.bridge = std::make_shared<const BridgeDomain>(std::move(domain.bridge));
        plan.domains[zone] = {tables.bridge.get(), tables.fdbs.get(), plan.generation};
        plan.changes.push_back(std::move(change));
        draft.tables.emplace_back(zone, std::move(tables));
    }
}

std::shared_ptr<const Plan::Fdbs> Compiler::make_fdbs(const BridgeDomain& domain) const {
    std::size_t sets = Fdb::kMinSets;
    while (sets < 2 * domain.statics.size()) {
        sets *= 2;
    }
    auto fdbs = std::make_shared<Plan::Fdbs>();
    while (fdbs->size() < workers_) {
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
