// Networks that a container comes into and goes out of, running or not (docker-behaviours section 9), and namespaces
// that others made.
#include <fmt/format.h>

#include <algorithm>

#include "control/json_reader.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/containers.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

auto place_in(ContainerRecord& container, const NetworkRecord* network, const std::string& name) {
    return std::ranges::find_if(container.endpoints, [&](const EndpointRecord& endpoint) {
        return network != nullptr ? endpoint.network_id == network->id || endpoint.network == network->name
                                  : endpoint.network == name;
    });
}

bool is_in_none(const ContainerRecord& container, const State& state) {
    return std::ranges::any_of(container.endpoints, [&](const EndpointRecord& endpoint) {
        const auto* network = state.networks.by_id(endpoint.network_id);
        return network != nullptr && driver_for_rules(*network) == "null";
    });
}

} // namespace

void Containers::connect(const std::string& key, const std::string& name, EndpointRecord settings) {
    const ContainerRecord before = find_container(state_, name);
    const auto* network = before.is_running() ? &find_network(state_, key) : state_.networks.find(key).first;
    Change change{before, before, {}, {}, {}, false, {}};
    auto& after = change.after;
    const auto found = place_in(after, network, key);
    const bool is_there = found != after.endpoints.end();
    if (before.is_running() && is_there) {
        throw Refused(Refused::Why::forbidden,
                      fmt::format("endpoint with name {} already exists in network {}", before.name, network->name));
    }
    const bool others = after.endpoints.size() > (is_there ? 1U : 0U);
    check_other_network(after.network_mode, network == nullptr ? "bridge" : driver_for_rules(*network),
                        is_in_none(after, state_) && !is_there, others);
    check_endpoint_settings(network == nullptr ? key : network->name, network, settings);
    if (is_there) { // N-168: not even what was asked for changes
        return;
    }
    settings.network = network == nullptr ? key : network->name;
    settings.network_id = network == nullptr ? "" : network->id;
    settings.kind = settings_.kind;
    after.endpoints.push_back(settings);
    if (!before.is_running()) {
        store().put(after);
        put(after);
        return;
    }
    join(change, after.endpoints.back());
    follow_gateway(change);
    commit(change);
    if (!after.foreign) {
        with_files([&] { add_to_files(files(after), state_, after, after.endpoints.back(), settings_.files); });
    }
}

void Containers::disconnect(const std::string& key, const std::string& name, bool force) {
    const auto [record, how] = state_.containers.find(name);
    if (record == nullptr && how == Registry<ContainerRecord>::Found::none && force) { // nothing stale is ever kept
        throw Refused(Refused::Why::missing, fmt::format("endpoint {} not found", shown(name)));
    }
    const ContainerRecord before = find_container(state_, name);
    const auto* network = before.is_running() ? &find_network(state_, key) : state_.networks.find(key).first;
    Change change{before, before, {}, {}, {}, false, {}};
    auto& after = change.after;
    if (network != nullptr && network->driver == "host" && after.network_mode == "host") {
        throw Refused(Refused::Why::bad, "cannot disconnect container from host network - container was created in "
                                         "host network mode");
    }
    const auto found = place_in(after, network, key);
    if (found == after.endpoints.end()) {
        throw Refused(Refused::Why::impossible,
                      fmt::format("container {} is not connected to {}network {}", before.id,
                                  before.is_running() ? "" : "the ", network == nullptr ? shown(key) : network->name));
    }
    const EndpointRecord left = *found;
    leave(change, *found);
    after.endpoints.erase(found);
    if (!before.is_running()) {
        store().put(after);
        put(after);
        return;
    }
    follow_gateway(change);
    commit(change);
    if (!after.foreign) {
        with_files([&] { remove_from_files(files(after), state_, after, left, settings_.files); });
    }
}

// What was asked for wrongly is told by its name in the request, not in Docker's words: Docker has no such thing.
const ContainerRecord& Containers::attach(ContainerRecord request, const Place& place) {
    if (state_.containers.by_name(request.name) != nullptr) {
        throw Refused(Refused::Why::conflict, fmt::format("there is an endpoint {} already", request.name));
    }
    request.foreign = true;
    resolve_networks(request);
    if (network_of(request.endpoints.front()).driver != "bridge") {
        throw Refused(Refused::Why::bad,
                      fmt::format("network {} has no switch to attach to", request.endpoints.front().network));
    }
    request.id = new_id();
    request.created = Time::now();
    request.hostname = short_id(request.id);
    Change change{request, request, {}, {}, {}, false, {}};
    begin(change, place);
    commit(change);
    tell(change.after, "create");
    tell(change.after, "start");
    return *state_.containers.by_id(request.id);
}

void Containers::detach(const std::string& name) {
    const auto* found = state_.containers.find(name).first;
    if (found == nullptr) {
        throw Refused(Refused::Why::missing, fmt::format("there is no endpoint {}", shown(name)));
    }
    if (!found->foreign) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("{} is a container; `pontoon network disconnect` or `pontoon stop` it", found->name));
    }
    const ContainerRecord container = *found;
    end(container, 0);
    names_.erase(container.id);
    state_.containers.erase(container.id);
    tell(container, "destroy");
}

} // namespace pontoon
