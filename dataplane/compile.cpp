// How a Config becomes a Plan: names become numbers, and networks that live on keep their tables.
//
// Each change comes as a whole Config, so what one costs grows with all there is: a look-up by name for each network
// and endpoint, and no more. A network that is as it was is shared with the plan before, not made again.
#include <algorithm>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

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

using IndexByName = std::unordered_map<std::string_view, std::uint32_t>;

} // namespace

// An endpoint that has a port.
struct Engine::Member {
    const Endpoint* endpoint;
    const AttachedPort* attachment;
    std::uint32_t network; // index into Config::networks
};

// What `compile` works on.
struct Engine::Draft {
    explicit Draft(const Config& of) : config(of) {}

    [[nodiscard]] std::span<const Member> members_of(std::size_t network) const {
        return std::span(members).subspan(first[network], first[network + 1] - first[network]);
    }
    // Only where something speaks of endpoints by name.
    [[nodiscard]] const Member* member(std::string_view name) const {
        const auto found = by_name.find(name);
        return found != by_name.end() ? &members[found->second] : nullptr;
    }

    const Config& config;
    std::vector<Zone> zones;        // by network
    std::vector<Member> members;    // network by network, in the order of the configuration
    std::vector<std::size_t> first; // of each network in `members`, and one past the last
    IndexByName by_name;
    std::unordered_map<std::uint32_t, std::vector<BridgeDomain::Link>> links; // by network
};

std::unique_ptr<Plan> Engine::compile(const Config& config) {
    auto plan = std::make_unique<Plan>();
    plan->generation = current_ ? current_->generation + 1 : 1;
    Draft draft(config);
    number_zones(draft);
    find_members(draft);
    add_ports(*plan);
    BridgeDomain scratch;
    plan->domains.reserve(config.networks.size());
    for (std::uint32_t network = 0; network < config.networks.size(); ++network) {
        add_network(*plan, draft, network, scratch);
    }
    plan->routing = compile_routing(draft);
    return plan;
}

void Engine::add_ports(Plan& plan) const {
    plan.owned.resize(workers_.size());
    plan.attachments.reserve(attachments_.size());
    plan.ports.resize(last_port_ + std::size_t{1});
    for (const auto& [name, attachment] : attachments_) {
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
void Engine::number_zones(Draft& draft) {
    const auto& networks = draft.config.networks;
    constexpr std::size_t most = Plan::kNoDomain - 1;
    if (networks.size() > most) {
        throw std::runtime_error("more than " + std::to_string(most) + " networks");
    }
    std::vector<bool> taken(networks.size() + zones_.size() + 2);
    taken[kUplinkZone] = true;
    draft.zones.assign(networks.size(), kUplinkZone);
    bool same = networks.size() == zones_.size();
    for (std::size_t index = 0; index < networks.size(); ++index) {
        if (const auto found = zones_.find(networks[index].name); found != zones_.end()) {
            draft.zones[index] = found->second;
            taken.resize(std::max<std::size_t>(taken.size(), found->second + std::size_t{1}));
            taken[found->second] = true;
        } else {
            same = false;
        }
    }
    next_zones_.reset();
    if (same) {
        return;
    }
    next_zones_.emplace();
    Zone next = 1;
    for (std::size_t index = 0; index < networks.size(); ++index) {
        if (draft.zones[index] == kUplinkZone) {
            while (next < taken.size() && taken[next]) {
                ++next;
            }
            draft.zones[index] = next++;
        }
        next_zones_->emplace(networks[index].name, draft.zones[index]);
    }
}

void Engine::find_members(Draft& draft) const {
    const Config& config = draft.config;
    IndexByName networks;
    networks.reserve(config.networks.size());
    for (std::uint32_t index = 0; index < config.networks.size(); ++index) {
        networks.emplace(config.networks[index].name, index);
    }
    std::vector<Member> found;
    found.reserve(config.endpoints.size());
    draft.first.assign(config.networks.size() + 1, 0);
    for (const auto& endpoint : config.endpoints) {
        const auto network = networks.find(endpoint.network);
        const auto port = attachments_.find(endpoint.port_name());
        if (network != networks.end() && port != attachments_.end()) {
            found.push_back({&endpoint, port->second.get(), network->second});
            ++draft.first[network->second + 1];
        }
    }
    std::partial_sum(draft.first.begin(), draft.first.end(), draft.first.begin());
    draft.members.resize(found.size());
    auto next = draft.first;
    for (const auto& member : found) {
        draft.members[next[member.network]++] = member;
    }
    if (config.links.empty() && config.publishes.empty()) {
        return;
    }
    draft.by_name.reserve(draft.members.size());
    for (std::uint32_t index = 0; index < draft.members.size(); ++index) {
        draft.by_name.emplace(draft.members[index].endpoint->name, index);
    }
    add_links(draft);
}

void Engine::add_links(Draft& draft) {
    for (const auto& link : draft.config.links) {
        const auto* from = draft.member(link.from);
        const auto* to = draft.member(link.to);
        if (from == nullptr || to == nullptr || from->network != to->network) {
            continue;
        }
        for (const auto& ports : link.ports) {
            draft.links[from->network].push_back(
                {from->endpoint->ipv4, to->endpoint->ipv4, number_of(ports.protocol), ports.range});
        }
    }
}

// Puts a port into the network that is added next, once.
void Engine::join(Plan& plan, BridgeDomain& domain, PortId id, Zone zone) const {
    auto& slot = plan.ports[id];
    const auto index = static_cast<std::uint16_t>(plan.domains.size());
    if (slot.domain != index) {
        domain.ports.push_back(id);
    }
    slot.domain = index;
    slot.zone = zone;
    slot.joined = joined(id, domain.name, plan.generation);
}

// `domain` is only memory that has been used before.
void Engine::add_network(Plan& plan, const Draft& draft, std::uint32_t index, BridgeDomain& domain) const {
    const Network& network = draft.config.networks[index];
    const Zone zone = draft.zones[index];
    domain.name = network.name;
    domain.subnet = network.subnet;
    domain.gateway = network.gateway;
    domain.gateway_mac = network.gateway_mac;
    domain.icc = network.icc;
    domain.ports.clear();
    domain.statics.clear();
    for (const auto& member : draft.members_of(index)) {
        join(plan, domain, member.attachment->id, zone);
        domain.statics.push_back({member.endpoint->mac, member.attachment->id});
    }
    const auto host = attachments_.find(network.host_port);
    domain.host = host != attachments_.end() ? host->second->id : kNoPort;
    if (domain.host != kNoPort) {
        join(plan, domain, domain.host, zone);
    }
    domain.statics.push_back({network.gateway_mac, domain.host != kNoPort ? domain.host : kGatewayPort});
    const auto links = draft.links.find(index);
    domain.links = links != draft.links.end() ? links->second : std::vector<BridgeDomain::Link>();
    add_domain(plan, domain, zone);
}

// The published ports of endpoints that take part; those of internal networks are not published (P-017).
std::vector<PublishedRange> Engine::compile_published(const Draft& draft,
                                                      const std::vector<RoutedEndpoint>& endpoints) {
    std::vector<PublishedRange> published;
    published.reserve(draft.config.publishes.size());
    for (const auto& publish : draft.config.publishes) {
        const auto* member = draft.member(publish.endpoint);
        if (member == nullptr || draft.config.networks[member->network].internal) {
            continue;
        }
        const auto endpoint = std::ranges::lower_bound(endpoints, member->endpoint->ipv4, {}, &RoutedEndpoint::ipv4);
        published.push_back({number_of(publish.protocol), publish.host_ip, publish.host_ports, publish.ports.first,
                             static_cast<std::uint16_t>(endpoint - endpoints.begin())});
    }
    return published;
}

Routing Engine::compile_routing(const Draft& draft) const {
    const Config& config = draft.config;
    std::vector<RoutedNetwork> networks;
    networks.reserve(config.networks.size());
    Zone highest = 0;
    for (std::size_t index = 0; index < config.networks.size(); ++index) {
        const auto& network = config.networks[index];
        const auto host = attachments_.find(network.host_port);
        networks.push_back({draft.zones[index], network.subnet, network.gateway, network.gateway_mac,
                            network.masquerade, network.internal, network.mtu, network.host_ipv4,
                            host != attachments_.end() ? host->second->id : kNoPort, network.names});
        highest = std::max(highest, draft.zones[index]);
    }
    std::ranges::sort(networks, {}, [](const RoutedNetwork& network) { return network.subnet.address; });
    std::vector<std::uint16_t> by_zone(highest + std::size_t{1});
    for (std::size_t index = 0; index < networks.size(); ++index) {
        by_zone[networks[index].zone] = static_cast<std::uint16_t>(index);
    }
    if (draft.members.size() > Neighbors::kMostEndpoints) {
        throw std::runtime_error("more than " + std::to_string(Neighbors::kMostEndpoints) + " endpoints");
    }
    std::vector<RoutedEndpoint> endpoints;
    endpoints.reserve(draft.members.size());
    for (const auto& member : draft.members) {
        endpoints.push_back({member.endpoint->ipv4, member.endpoint->mac, member.attachment->id,
                             by_zone[draft.zones[member.network]], member.attachment->worker});
    }
    std::ranges::sort(endpoints, {}, &RoutedEndpoint::ipv4);
    auto published = compile_published(draft, endpoints);

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

} // namespace pontoon
