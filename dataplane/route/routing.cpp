#include "dataplane/route/routing.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pontoon {

namespace {

auto order_of(const PublishedRange& range) {
    return std::tuple(range.protocol, range.host_ip, range.host_ports.first);
}

auto target_order_of(const PublishedRange& range) {
    return std::tuple_cat(std::tuple(range.endpoint), order_of(range));
}

// Replaces what those endpoints have in a list that is in this order.
template <typename Order>
void replace(std::vector<PublishedRange>& list, const std::vector<Routing::Number>& of,
             const std::vector<PublishedRange>& by, Order order) {
    std::erase_if(list, [&](const PublishedRange& range) { return std::ranges::binary_search(of, range.endpoint); });
    const auto middle = list.insert(list.end(), by.begin(), by.end());
    std::ranges::sort(middle, list.end(), {}, order);
    std::ranges::inplace_merge(list, middle, {}, order);
}

// Multiplicative: addresses of a network, which follow each other, go far apart.
std::size_t place_of(Ipv4 address, std::size_t places) {
    return (std::uint64_t{address.value.raw() * 0x9e3779b1U} * places) >> 32;
}

} // namespace

void Routing::set_ways(std::vector<RoutedNetwork> all_networks, std::optional<RoutedUplink> way_out,
                       const NatPorts& ports, std::vector<Ipv4> hosts) {
    networks = std::move(all_networks);
    std::ranges::sort(networks, {}, [](const RoutedNetwork& network) { return network.subnet.address; });
    uplink = std::move(way_out);
    nat_ports = ports;
    hosts_ = std::move(hosts);
    nat_addresses.clear();
    if (uplink) {
        for (const auto& address : uplink->addresses) {
            nat_addresses.push_back(address.address);
            uplink->routes.push_back({address.prefix(), {}});
        }
        std::ranges::stable_sort(uplink->routes, std::ranges::greater(),
                                 [](const Route4& route) { return route.destination.length; });
    }
    sources_ = nat_addresses;
    by_zone_.clear();
    for (std::uint16_t index = 0; index < networks.size(); ++index) {
        const auto& network = networks[index];
        hosts_.push_back(network.gateway);
        if (network.host_ipv4 && uplink) {
            sources_.push_back(*network.host_ipv4);
        }
        by_zone_.resize(std::max<std::size_t>(by_zone_.size(), network.zone + std::size_t{1}), 0xffff);
        by_zone_[network.zone] = index;
    }
    hosts_.insert(hosts_.end(), sources_.begin(), sources_.end());
    std::ranges::sort(hosts_);
    std::ranges::sort(sources_);
}

std::size_t Routing::home_of(Number number) const {
    return place_of(endpoints[number].ipv4, by_address_.size());
}

void Routing::enter(Number number) {
    std::size_t place = home_of(number);
    while (by_address_[place] != kNobody) {
        place = next_place(place);
    }
    by_address_[place] = number;
}

// Those behind it move up (Knuth, The Art of Computer Programming, section 6.4, algorithm R).
void Routing::leave(Number number) {
    std::size_t hole = home_of(number);
    while (by_address_[hole] != number) {
        hole = next_place(hole);
    }
    for (std::size_t place = next_place(hole); by_address_[place] != kNobody; place = next_place(place)) {
        const std::size_t home = home_of(by_address_[place]);
        const bool behind = hole < place ? home > hole && home <= place : home > hole || home <= place;
        if (!behind) {
            by_address_[hole] = std::exchange(by_address_[place], kNobody);
            hole = place;
        }
    }
    by_address_[hole] = kNobody;
}

Routing::Number Routing::add(const RoutedEndpoint& endpoint) {
    if (free_.empty()) {
        free_.push_back(static_cast<Number>(endpoints.size()));
        endpoints.emplace_back();
    }
    const Number number = free_.back();
    free_.pop_back();
    endpoints[number] = endpoint;
    added.push_back(number);
    if (const std::size_t used = endpoints.size() - free_.size(); 2 * used >= by_address_.size()) {
        by_address_.assign(4 * used, kNobody);
        for (Number other = 0; other < endpoints.size(); ++other) {
            if (endpoints[other].zone != kUplinkZone) {
                enter(other);
            }
        }
    } else {
        enter(number);
    }
    return number;
}

void Routing::remove(Number number) {
    leave(number);
    endpoints[number] = {};
    free_.push_back(number);
}

void Routing::publish(std::vector<Number> of, const std::vector<PublishedRange>& ranges) {
    std::ranges::sort(of);
    replace(published_, of, ranges, order_of);
    replace(by_target_, of, ranges, target_order_of);
}

const RoutedNetwork* Routing::network_of(Ipv4 address) const {
    const auto after = std::ranges::upper_bound(networks, address, {},
                                                [](const RoutedNetwork& network) { return network.subnet.address; });
    return after != networks.begin() && std::prev(after)->subnet.contains(address) ? &*std::prev(after) : nullptr;
}

const RoutedNetwork* Routing::network_in(Zone zone) const {
    return zone < by_zone_.size() && by_zone_[zone] != 0xffff ? &networks[by_zone_[zone]] : nullptr;
}

const RoutedEndpoint* Routing::endpoint_at(Ipv4 address) const {
    if (endpoints.empty()) {
        return nullptr;
    }
    for (auto place = place_of(address, by_address_.size()); by_address_[place] != kNobody; place = next_place(place)) {
        const auto& endpoint = endpoints[by_address_[place]];
        if (endpoint.ipv4 == address) {
            return &endpoint;
        }
    }
    return nullptr;
}

bool Routing::is_host(Ipv4 address) const {
    return std::ranges::binary_search(hosts_, address);
}

bool Routing::is_for_host(Ipv4 destination, Zone zone) const {
    if (is_host(destination)) {
        return true;
    }
    const auto* network = network_in(zone);
    const auto is_broadcast = [&](const Prefix4& subnet) {
        return subnet.is_network_or_broadcast(destination) && destination != subnet.address;
    };
    return network != nullptr && network->host_port != kNoPort &&
           (destination.host() == ~0U || is_broadcast(network->subnet));
}

bool Routing::is_nat_address(Ipv4 address) const {
    return std::ranges::binary_search(sources_, address);
}

const PublishedRange* Routing::range_at(Ipv4 address, std::uint16_t port, std::uint8_t protocol) const {
    const auto after = std::ranges::upper_bound(published_, std::tuple(protocol, address, port), {}, order_of);
    if (after == published_.begin()) {
        return nullptr;
    }
    const auto& range = *std::prev(after);
    return range.protocol == protocol && range.host_ip == address && port <= range.host_ports.last ? &range : nullptr;
}

std::optional<Routing::Target> Routing::published_at(Ipv4 address, be16 port, std::uint8_t protocol) const {
    if (!is_host(address)) {
        return std::nullopt;
    }
    const auto* range = range_at(address, port.host(), protocol);
    if (range == nullptr) {
        range = range_at(Ipv4{}, port.host(), protocol);
    }
    if (range == nullptr) {
        return std::nullopt;
    }
    const auto offset = port.host() - range->host_ports.first;
    return Target{&endpoints[range->endpoint], be16{static_cast<std::uint16_t>(range->first_port + offset)}};
}

std::optional<Routing::Publisher> Routing::publisher_of(const RoutedEndpoint& endpoint, be16 port,
                                                        std::uint8_t protocol) const {
    const auto number = static_cast<Number>(&endpoint - endpoints.data());
    std::optional<Publisher> found;
    for (const auto& range : std::ranges::equal_range(by_target_, number, {}, &PublishedRange::endpoint)) {
        const unsigned offset = port.host() - unsigned{range.first_port};
        if (range.protocol != protocol || port.host() < range.first_port || offset >= range.host_ports.size()) {
            continue;
        }
        const bool anywhere = range.host_ip.is_unspecified();
        if (found || (anywhere ? nat_addresses.size() != 1 : !is_nat_address(range.host_ip))) {
            return std::nullopt;
        }
        found = {anywhere ? nat_addresses.front() : range.host_ip,
                 be16{static_cast<std::uint16_t>(range.host_ports.first + offset)}};
    }
    return found;
}

Ipv4 Routing::next_hop(Ipv4 destination) const {
    if (!uplink) {
        return {};
    }
    const auto route = std::ranges::find_if(
        uplink->routes, [&](const Route4& candidate) { return candidate.destination.contains(destination); });
    if (route == uplink->routes.end()) {
        return uplink->gateway;
    }
    return route->gateway.is_unspecified() ? destination : route->gateway;
}

Ipv4 Routing::source_for(Ipv4 neighbor) const {
    for (const auto& address : uplink->addresses) {
        if (address.prefix().contains(neighbor)) {
            return address.address;
        }
    }
    return uplink->addresses.front().address;
}

unsigned Routing::owner_of(Ipv4 destination, be16 port, std::uint8_t protocol, unsigned self) const {
    if (is_host(destination)) {
        if (const auto target = published_at(destination, port, protocol)) {
            return target->endpoint->worker;
        }
        return nat_ports.owner_of(port.host()).value_or(self);
    }
    const auto* endpoint = endpoint_at(destination); // answers to flows that are not translated
    return endpoint != nullptr ? endpoint->worker : self;
}

} // namespace pontoon
