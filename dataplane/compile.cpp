// How a Config becomes a Plan: names become numbers, and networks that live on keep their tables.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "dataplane/engine.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

namespace {

std::uint8_t number_of(Transport protocol) {
    switch (protocol) {
    case Transport::tcp: return protocol::kTcp;
    case Transport::udp: return protocol::kUdp;
    case Transport::sctp: break;
    }
    return protocol::kSctp;
}

// The published ports of endpoints that take part; those of internal networks are not published (P-017).
std::vector<PublishedRange> compile_published(const Config& config, const std::vector<RoutedNetwork>& networks,
                                              const std::vector<RoutedEndpoint>& endpoints,
                                              const std::map<std::string, Ipv4>& addresses) {
    std::vector<PublishedRange> published;
    for (const auto& publish : config.publishes) {
        const auto address = addresses.find(publish.endpoint);
        if (address == addresses.end()) {
            continue;
        }
        const auto endpoint = std::ranges::lower_bound(endpoints, address->second, {}, &RoutedEndpoint::ipv4);
        if (!networks[endpoint->network].internal) {
            published.push_back({number_of(publish.protocol), publish.host_ip, publish.host_ports, publish.ports.first,
                                 static_cast<std::uint16_t>(endpoint - endpoints.begin())});
        }
    }
    return published;
}

} // namespace

std::unique_ptr<Plan> Engine::compile(const Config& config) {
    auto plan = std::make_unique<Plan>();
    plan->generation = current_ ? current_->generation + 1 : 1;
    add_ports(*plan);
    number_zones(config);
    std::map<std::string, std::vector<const Endpoint*>> members;
    for (const auto& endpoint : config.endpoints) {
        members[endpoint.network].push_back(&endpoint);
    }
    for (const auto& network : config.networks) {
        add_network(*plan, network, members[network.name], config.links);
    }
    plan->routing = compile_routing(*plan, config);
    return plan;
}

void Engine::add_ports(Plan& plan) const {
    plan.owned.resize(workers_.size());
    for (const auto& [name, attachment] : attachments_) {
        plan.ports.resize(std::max<std::size_t>(plan.ports.size(), attachment->id + std::size_t{1}));
        const bool uplink = name == kUplinkName;
        const bool names = name == kNamesPort;
        const bool stays = (uplink || names) && current_ && current_->has_port(attachment->id); // see take_number
        plan.ports[attachment->id] = {
            attachment.get(), Plan::kNoDomain,
            uplink,           names,
            kUplinkZone,      stays ? current_->ports[attachment->id].joined : plan.generation};
        plan.attachments.push_back(attachment);
    }
    for (PortId id = 1; id < plan.ports.size(); ++id) {
        if (plan.has_port(id)) {
            plan.owned[plan.ports[id].attachment->worker].push_back(id);
        }
    }
}

// A network keeps its number as long as it is there; a new one gets one that no other has.
void Engine::number_zones(const Config& config) {
    std::map<std::string, Zone> zones;
    std::set<Zone> taken{kUplinkZone};
    for (const auto& network : config.networks) {
        if (const auto found = zones_.find(network.name); found != zones_.end()) {
            zones.insert(*found);
            taken.insert(found->second);
        }
    }
    Zone next = 1;
    for (const auto& network : config.networks) {
        if (!zones.contains(network.name)) {
            while (taken.contains(next)) {
                ++next;
            }
            zones[network.name] = next;
            taken.insert(next);
        }
    }
    next_zones_ = std::move(zones);
}

// Puts the port into the network that is added next, once. kNoPort: there is none by this name.
PortId Engine::join(Plan& plan, BridgeDomain& domain, const std::string& port) const {
    const auto found = attachments_.find(port);
    if (found == attachments_.end()) {
        return kNoPort;
    }
    const PortId id = found->second->id;
    plan.ports[id].domain = static_cast<std::uint16_t>(plan.domains.size());
    plan.ports[id].zone = next_zones_.at(domain.name);
    plan.ports[id].joined = joined(id, domain.name, plan.generation);
    if (std::ranges::find(domain.ports, id) == domain.ports.end()) {
        domain.ports.push_back(id);
    }
    return id;
}

void Engine::add_network(Plan& plan, const Network& network, const std::vector<const Endpoint*>& members,
                         const std::vector<Link>& links) const {
    BridgeDomain domain{network.name, network.subnet, network.gateway, network.gateway_mac, network.icc, {}, {}};
    std::map<std::string, Ipv4> addresses;
    for (const auto* endpoint : members) {
        if (const PortId id = join(plan, domain, endpoint->port_name()); id != kNoPort) {
            domain.statics.push_back({endpoint->mac, id});
            addresses[endpoint->name] = endpoint->ipv4;
        }
    }
    domain.host = join(plan, domain, network.host_port);
    domain.statics.push_back({network.gateway_mac, domain.host != kNoPort ? domain.host : kGatewayPort});
    for (const auto& link : links) {
        if (addresses.contains(link.from) && addresses.contains(link.to)) {
            for (const auto& ports : link.ports) {
                domain.links.push_back(
                    {addresses.at(link.from), addresses.at(link.to), number_of(ports.protocol), ports.range});
            }
        }
    }
    add_domain(plan, std::move(domain));
}

Routing Engine::compile_routing(const Plan& plan, const Config& config) const {
    std::vector<RoutedNetwork> networks;
    for (const auto& network : config.networks) {
        const auto host = attachments_.find(network.host_port);
        networks.push_back({next_zones_.at(network.name), network.subnet, network.gateway, network.gateway_mac,
                            network.masquerade, network.internal, network.mtu, network.host_ipv4,
                            host != attachments_.end() ? host->second->id : kNoPort, network.names});
    }
    std::ranges::sort(networks, {}, [](const RoutedNetwork& network) { return network.subnet.address; });
    std::map<Zone, std::uint16_t> by_zone;
    for (const auto& network : networks) {
        by_zone[network.zone] = static_cast<std::uint16_t>(by_zone.size());
    }
    std::vector<RoutedEndpoint> endpoints;
    std::map<std::string, Ipv4> addresses;
    for (const auto& endpoint : config.endpoints) {
        if (const auto found = attachments_.find(endpoint.port_name()); found != attachments_.end()) {
            const auto& attachment = *found->second;
            endpoints.push_back({endpoint.ipv4, endpoint.mac, attachment.id, by_zone.at(plan.ports[attachment.id].zone),
                                 attachment.worker});
            addresses[endpoint.name] = endpoint.ipv4;
        }
    }
    if (endpoints.size() > Neighbors::kMostEndpoints) {
        throw std::runtime_error("more than " + std::to_string(Neighbors::kMostEndpoints) + " endpoints");
    }
    std::ranges::sort(endpoints, {}, &RoutedEndpoint::ipv4);
    auto published = compile_published(config, networks, endpoints, addresses);

    // Containers reach published ports without a way out too, and are translated for it.
    const Uplink way = config.uplink.value_or(Uplink{});
    std::optional<RoutedUplink> uplink;
    if (const auto found = attachments_.find(kUplinkName); config.uplink && found != attachments_.end()) {
        uplink = {found->second->id, found->second->worker, way.mac,    way.mtu,   way.gateway,
                  way.ipv4,          way.neighbors,         way.routes, way.shared};
    }
    Routing routing(std::move(networks), std::move(endpoints), std::move(published), std::move(uplink),
                    NatPorts(way.nat_ports, static_cast<unsigned>(workers_.size())), config.host_addresses);
    routing.conntrack = config.conntrack;
    if (const auto found = attachments_.find(kNamesPort); found != attachments_.end()) {
        routing.names_port = found->second->id;
    }
    return routing;
}

std::uint64_t Engine::joined(PortId id, const std::string& network, std::uint64_t generation) const {
    if (!current_ || !current_->has_port(id)) {
        return generation;
    }
    const auto& before = current_->ports[id];
    const bool stays = before.domain != Plan::kNoDomain && current_->domains[before.domain].bridge.name == network;
    return stays ? before.joined : generation;
}

void Engine::add_domain(Plan& plan, BridgeDomain domain) const {
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

std::vector<std::shared_ptr<Fdb>> Engine::make_fdbs(const BridgeDomain& domain) const {
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
