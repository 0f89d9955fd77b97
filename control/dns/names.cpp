#include "control/dns/names.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <unordered_map>
#include <utility>

#include "control/dns/has_names.hpp"
#include "control/model/gateway.hpp"

namespace pontoon {
namespace {

struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
};
template <typename Value>
using TextTable = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return 'A' <= c && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

struct Zone {
    std::string name; // the network's, in lower case
    TextTable<std::vector<Ipv4>> names;
    std::map<Ipv4, std::string> pointers;
    std::size_t seats = 0;
};

// A container's place in a network with names.
struct Seat {
    std::string network; // id
    Ipv4 address;
    std::optional<Ipv4> gateway;
    std::set<std::string> names;
    TextTable<std::string> links; // alias to name
    Zone* zone = nullptr;
};

struct Known {
    Names::Asker asker;
    std::vector<Seat> seats; // in the order in which they are asked
};

// "NAME:ALIAS", or "NAME" for both.
TextTable<std::string> links_of(const Texts& links) {
    TextTable<std::string> result;
    for (const auto& link : links) {
        const auto colon = link.find(':');
        const auto name = link.substr(0, colon);
        result.emplace(lower(colon == std::string::npos ? name : link.substr(colon + 1)), lower(name));
    }
    return result;
}

Seat seat_of(const ContainerRecord& container, const EndpointRecord& endpoint, const NetworkRecord& network) {
    Seat seat{.network = network.id,
              .address = endpoint.ipv4,
              .gateway = network.gateway,
              .names = {lower(container.name), short_id(container.id)},
              .links = links_of(endpoint.links)};
    for (const auto& alias : endpoint.aliases) {
        seat.names.insert(lower(alias));
    }
    seat.names.insert(lower(container.hostname));
    seat.names.erase("");
    return seat;
}

Known known_of(const State& state, const ContainerRecord& container) {
    Known known;
    known.asker.container = container.id;
    known.asker.place = container.place;
    known.asker.servers = container.dns;
    known.asker.has_options = !container.dns_options.empty();
    known.asker.ndots = std::ranges::any_of(container.dns_options,
                                            [](const std::string& option) { return option.starts_with("ndots:"); });
    for (const auto index : gateway_order(state, container)) {
        const auto& endpoint = container.endpoints[index];
        const auto& network = *state.networks.by_id(endpoint.network_id);
        known.asker.outside |= !network.internal;
        if (has_names(network)) {
            known.seats.push_back(seat_of(container, endpoint, network));
        }
        if (network.gateway) {
            known.asker.gateways.push_back(*network.gateway);
        }
    }
    return known;
}

} // namespace

struct NameTable {
    struct From {
        const Known* known = nullptr;
        std::size_t seat = 0;
    };

    mutable std::mutex mutex;
    std::map<std::string, Zone> zones;              // by network id
    std::unordered_map<std::string, Known> known;   // by container id
    std::unordered_map<std::uint32_t, From> askers; // by address
    std::minstd_rand order{std::random_device{}()}; // of answers: nothing depends on its being hard to guess

    void add(const State& state, const ContainerRecord& container, Known fresh);
    void remove(const std::string& container_id);
    [[nodiscard]] const From* from(Ipv4 address) const;
    std::vector<Ipv4> shuffled(const std::vector<Ipv4>& all);
    const std::vector<Ipv4>* look(const Known& asker, std::string_view name, std::string_view network, bool links);
    const std::vector<Ipv4>* look(const Known& asker, std::string_view name);
};

void NameTable::add(const State& state, const ContainerRecord& container, Known fresh) {
    auto& entry = known[container.id] = std::move(fresh);
    for (std::size_t index = 0; index < entry.seats.size(); ++index) {
        auto& seat = entry.seats[index];
        const auto& network = *state.networks.by_id(seat.network);
        auto& zone = zones[seat.network];
        zone.name = lower(network.name);
        for (const auto& name : seat.names) {
            zone.names[name].push_back(seat.address);
        }
        zone.pointers[seat.address] = container.name + '.' + network.name;
        ++zone.seats;
        seat.zone = &zone;
        askers[seat.address.value.raw()] = {&entry, index};
    }
}

void NameTable::remove(const std::string& container_id) {
    const auto found = known.find(container_id);
    if (found == known.end()) {
        return;
    }
    for (const auto& seat : found->second.seats) {
        for (const auto& name : seat.names) {
            const auto at = seat.zone->names.find(name);
            auto& addresses = at->second;
            std::swap(*std::ranges::find(addresses, seat.address), addresses.back());
            addresses.pop_back();
            if (addresses.empty()) {
                seat.zone->names.erase(at);
            }
        }
        seat.zone->pointers.erase(seat.address);
        if (const auto* asker = from(seat.address); asker != nullptr && asker->known == &found->second) {
            askers.erase(seat.address.value.raw());
        }
        if (--seat.zone->seats == 0) {
            zones.erase(seat.network);
        }
    }
    known.erase(found);
}

const NameTable::From* NameTable::from(Ipv4 address) const {
    const auto found = askers.find(address.value.raw());
    return found == askers.end() ? nullptr : &found->second;
}

// Some that stand together, from a random one on, and these in random order: the cost is bounded where one alias has
// many thousand addresses.
std::vector<Ipv4> NameTable::shuffled(const std::vector<Ipv4>& all) {
    const auto count = std::min(all.size(), Names::kMaxAddresses);
    auto at = all.size() > count ? order() % all.size() : 0;
    std::vector<Ipv4> some;
    some.reserve(count);
    while (some.size() < count) {
        some.push_back(all[at]);
        at = at + 1 == all.size() ? 0 : at + 1;
    }
    std::ranges::shuffle(some, order);
    return some;
}

// The first network that knows the name answers (L-063). A name that is a link's in a network is nobody else's there.
const std::vector<Ipv4>* NameTable::look(const Known& asker, std::string_view name, std::string_view network,
                                         bool links) {
    for (const auto& seat : asker.seats) {
        if (!network.empty() && seat.zone->name != network) {
            continue;
        }
        const auto link = seat.links.find(name);
        if ((link != seat.links.end()) != links) {
            continue;
        }
        const auto found = seat.zone->names.find(links ? std::string_view(link->second) : name);
        if (found != seat.zone->names.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

// As it is, and then split at each dot from the right into a name and a network.
const std::vector<Ipv4>* NameTable::look(const Known& asker, std::string_view name) {
    std::string_view rest = name;
    std::string_view network;
    for (;;) {
        for (const bool links : {true, false}) {
            if (const auto* found = look(asker, rest, network, links)) {
                return found;
            }
        }
        const auto dot = rest.rfind('.');
        if (dot == std::string_view::npos || dot + 1 == name.size()) {
            return nullptr;
        }
        rest = name.substr(0, dot);
        network = name.substr(dot + 1);
    }
}

Names::Names(std::optional<Ipv4> host_gateway) : table_(std::make_unique<NameTable>()), host_gateway_(host_gateway) {}
Names::~Names() = default;

void Names::put(const State& state, const ContainerRecord& container) {
    auto fresh = container.is_running() ? known_of(state, container) : Known{};
    const std::scoped_lock lock(table_->mutex);
    table_->remove(container.id);
    if (!fresh.seats.empty()) {
        table_->add(state, container, std::move(fresh));
    }
}

void Names::erase(const std::string& container_id) {
    const std::scoped_lock lock(table_->mutex);
    table_->remove(container_id);
}

std::optional<Names::Asker> Names::asker(Ipv4 from) const {
    const std::scoped_lock lock(table_->mutex);
    const auto* found = table_->from(from);
    return found == nullptr ? std::nullopt : std::optional(found->known->asker);
}

bool Names::knows(Ipv4 from) const {
    const std::scoped_lock lock(table_->mutex);
    return table_->from(from) != nullptr;
}

std::vector<Ipv4> Names::find(Ipv4 from, std::string_view name) const {
    const std::scoped_lock lock(table_->mutex);
    const auto* asker = table_->from(from);
    if (asker == nullptr || name.empty()) {
        return {};
    }
    if (const auto* found = table_->look(*asker->known, name)) {
        return table_->shuffled(*found);
    }
    const auto gateway = host_gateway_ ? host_gateway_ : asker->known->seats[asker->seat].gateway;
    if (gateway && (name == "host.docker.internal" || name == "gateway.docker.internal")) {
        return {*gateway};
    }
    return {};
}

std::optional<std::string> Names::name_of(Ipv4 from, Ipv4 address) const {
    const std::scoped_lock lock(table_->mutex);
    const auto* asker = table_->from(from);
    if (asker == nullptr) {
        return std::nullopt;
    }
    for (const auto& seat : asker->known->seats) {
        const auto found = seat.zone->pointers.find(address);
        if (found != seat.zone->pointers.end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

} // namespace pontoon
