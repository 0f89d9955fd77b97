// The ports that a container publishes: at its gateway endpoint, wherever that is now (docker-behaviours M-022, P-036).
#include <fmt/format.h>

#include <algorithm>

#include "control/desired.hpp"
#include "control/exposed_ports.hpp"
#include "control/json_reader.hpp"
#include "control/model/containers.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

// Where a network publishes ports for which nobody said an address.
Ipv4 binding_address(const NetworkRecord& network) {
    const auto* address = network_option(network, "com.docker.network.bridge.host_binding_ipv4");
    return address == nullptr ? Ipv4{} : Ipv4::parse(*address).value_or(Ipv4{});
}

std::vector<Publish> at(const std::vector<Publish>& bindings, const std::string& endpoint) {
    auto moved = bindings;
    std::ranges::for_each(moved, [&](Publish& publish) { publish.endpoint = endpoint; });
    return moved;
}

const EndpointRecord* gateway_of(const State& state, const ContainerRecord& container) {
    const auto index = gateway_endpoint(state, container);
    return index ? &container.endpoints[*index] : nullptr;
}

Attachment* find(std::vector<Attachment>& attachments, const std::string& name) {
    const auto found = std::ranges::find_if(attachments, [&](const auto& one) { return one.endpoint.name == name; });
    return found == attachments.end() ? nullptr : &*found;
}

} // namespace

std::vector<PublishSpec> Containers::specs_of(const ContainerRecord& container) {
    return container.publish_all ? pontoon::publish_all(container.publish, container.exposed) : container.publish;
}

std::vector<Publish> Containers::take_ports(const ContainerRecord& container, const EndpointRecord& endpoint,
                                            const std::vector<PublishSpec>& specs, Undo& undo) {
    if (specs.empty()) {
        return {};
    }
    const Ipv4 usual = binding_address(*state_.networks.by_id(endpoint.network_id));
    try {
        auto taken = ports_.take(
            specs, endpoint.attachment, HostAddresses(to_config_without_endpoints(attachments_.desired())),
            [this](const Publish& publish) { return host().held(publish); }, usual);
        undo.later([this, taken] { std::ranges::for_each(taken, [this](const auto& one) { ports_.remove(one); }); });
        return taken;
    } catch (const Refused& refused) {
        if (container.foreign) {
            throw;
        }
        throw Refused(Refused::Why::impossible,
                      fmt::format("failed to set up container networking: driver failed programming external "
                                  "connectivity on endpoint {} ({}): {}",
                                  container.name, endpoint.id, refused.what()));
    }
}

void Containers::free_ports(Change& change, const std::vector<Publish>& ports) {
    for (const auto& publish : ports) {
        ports_.remove(publish);
        change.undo.later([this, publish] {
            ports_.add(publish, HostAddresses(to_config_without_endpoints(attachments_.desired())));
        });
    }
}

// Bindings and default route of `after` by what they were `before`.
void Containers::follow_gateway(Change& change) {
    auto& after = change.after;
    auto& attachments = change.attachments;
    const auto* old = gateway_of(state_, change.before);
    const auto* now = gateway_of(state_, after);
    if ((old == nullptr && now == nullptr) || (old != nullptr && now != nullptr && old->id == now->id)) {
        return;
    }
    const auto address_at = [&](const EndpointRecord& endpoint) {
        return binding_address(*state_.networks.by_id(endpoint.network_id));
    };
    if (old != nullptr && now != nullptr && address_at(*old) == address_at(*now)) {
        after.bindings = at(change.before.bindings, now->attachment);
    } else {
        free_ports(change, change.before.bindings);
        after.bindings =
            now == nullptr ? std::vector<Publish>{} : take_ports(after, *now, specs_of(after), change.undo);
    }
    if (old != nullptr && !change.before.bindings.empty() &&
        std::ranges::count(attachments.leaving, old->attachment) == 0) {
        attachments.publishes[old->attachment] = {};
    }
    if (now == nullptr) {
        return;
    }
    const auto gateway = *container_gateway(*state_.networks.by_id(now->network_id));
    auto* coming = find(attachments.coming, now->attachment);
    if (coming != nullptr) {
        coming->publishes = after.bindings;
    } else if (!after.bindings.empty()) {
        attachments.publishes[now->attachment] = after.bindings;
    }
    if (coming != nullptr && old == nullptr) {
        coming->default_gateway = gateway;
        return;
    }
    attachments.route = {after.place, now->interface, gateway};
    if (old != nullptr) {
        const auto before = container_gateway(*state_.networks.by_id(old->network_id));
        attachments.route_before = {after.place, old->interface, *before};
    }
}

} // namespace pontoon
