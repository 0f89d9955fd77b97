// Containers that are made: their settings are checked, and nothing runs yet.
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "control/json_reader.hpp"
#include "control/model/container_names.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/containers.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string unused_name(const Registry<ContainerRecord>& containers) {
    std::uint16_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != sizeof number) {
        throw std::runtime_error("getrandom gives nothing");
    }
    constexpr std::uint64_t pairs = 1024;
    for (std::uint64_t tries = 0;; ++tries) { // all pairs once, then with digits
        auto name = container_name((number + tries) % pairs + tries / pairs * pairs);
        if (containers.by_name(name) == nullptr) {
            return name;
        }
    }
}

} // namespace

void Containers::check_name(const std::string& name) const {
    check_container_name(name);
    if (const auto* other = state_.containers.by_name(name)) {
        throw Refused(
            Refused::Why::conflict,
            fmt::format("Conflict. The container name \"/{}\" is already in use by container \"{}\". You have "
                        "to remove (or rename) that container to be able to reuse that name.",
                        name, other->id));
    }
}

// The network of its mode, told by the id there and by the name where its settings are, or the other way round.
void Containers::join_main(ContainerRecord& request) const {
    auto& main = request.endpoints.front();
    const auto* network = state_.networks.find(main.network).first;
    auto plain = EndpointRecord();
    plain.network = main.network;
    plain.wanted_mac = main.wanted_mac;
    if (network == nullptr || main != plain) {
        return;
    }
    const auto same = std::find_if(request.endpoints.begin() + 1, request.endpoints.end(), [&](const auto& other) {
        return state_.networks.find(other.network).first == network;
    });
    if (same != request.endpoints.end()) {
        same->wanted_mac = same->wanted_mac ? same->wanted_mac : main.wanted_mac;
        main = *same;
        request.endpoints.erase(same);
    }
}

// Its networks by name and id; the first is the one of its mode.
void Containers::resolve_networks(ContainerRecord& request) const {
    const bool shared = request.network_mode.starts_with("container:");
    if (request.endpoints.empty() && !shared) {
        request.endpoints.emplace_back().network = request.network_mode;
    }
    if (shared && !request.endpoints.empty()) {
        check_other_network(request.network_mode, "bridge", false, true);
    }
    if (!request.endpoints.empty() && !request.foreign) {
        join_main(request);
    }
    std::set<std::string> known;
    for (auto& endpoint : request.endpoints) {
        const auto& network = find_network(state_, endpoint.network);
        const bool is_main = &endpoint == &request.endpoints.front();
        if (is_main && !request.foreign) {
            request.network_mode = network.name;
        }
        try {
            if (!request.foreign) {
                check_endpoint_settings(network.name, &network, endpoint);
            }
        } catch (const Refused& refused) {
            throw Refused(refused.why(),
                          fmt::format("invalid config for network {}: {}", shown(endpoint.network), refused.what()));
        }
        if (!is_main) {
            const auto& first = *state_.networks.by_id(request.endpoints.front().network_id);
            check_other_network(request.network_mode, driver_for_rules(network), driver_for_rules(first) == "null",
                                true);
        }
        if (!known.insert(network.id).second) {
            throw Refused(Refused::Why::bad, fmt::format("network {} is given more than once", network.name));
        }
        endpoint.network = network.name;
        endpoint.network_id = network.id;
        endpoint.kind = request.foreign ? endpoint.kind : settings_.kind;
    }
}

// On the default bridge links are to containers; elsewhere they are names in the network (L-010).
void Containers::resolve_links(ContainerRecord& request) const {
    if (is_user_defined(request.network_mode)) {
        for (const auto& link : request.links) {
            request.endpoints.front().links.push_back(link.container + ":" + link.alias);
        }
        request.links.clear();
    }
    for (auto& link : request.links) {
        try {
            link.container = find_container(state_, link.container).id;
        } catch (const Refused& refused) {
            throw Refused(Refused::Why::bad,
                          fmt::format("could not get container for {}: {}", shown(link.container), refused.what()));
        }
    }
}

const ContainerRecord& Containers::create(ContainerRecord request) {
    if (request.name.empty()) {
        request.name = unused_name(state_.containers);
    }
    check_name(request.name);
    if (request.network_mode.empty() || request.network_mode == "default") {
        request.network_mode = "bridge";
    }
    check_network_mode(request, !request.hostname.empty());
    for (const auto& text : request.extra_hosts) {
        check_extra_host(text);
    }
    resolve_networks(request);
    resolve_links(request);
    request.id = new_id();
    request.created = Time::now();
    if (request.hostname.empty() && !request.network_mode.starts_with("container:")) {
        request.hostname = request.network_mode == "host" ? host_name() : short_id(request.id);
    }
    store().put(request);
    put(request);
    tell(request, "create");
    return *state_.containers.by_id(request.id);
}

} // namespace pontoon
