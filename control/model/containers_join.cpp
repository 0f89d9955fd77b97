// A running container's places in networks: what it gets in one, and how a change becomes true.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "control/desired.hpp"
#include "control/json_reader.hpp"
#include "control/model/containers.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

// A rename may have left the usual name to another one.
std::string attachment_name(const Attachments& attachments, const ContainerRecord& container,
                            const std::string& network) {
    auto name = endpoint_name(container.name, network);
    return attachments.has(name) ? endpoint_name(container.id, network) : name;
}

} // namespace

const NetworkRecord& Containers::network_of(const EndpointRecord& endpoint) const {
    const auto* network = state_.networks.by_id(endpoint.network_id);
    if (network == nullptr) { // one that came later under this name
        network = &find_network(state_, endpoint.network);
    }
    if (network->config_only) {
        throw Refused(Refused::Why::forbidden, "cannot create endpoint on configuration-only network");
    }
    return *network;
}

std::string Containers::choose_interface(const Change& change, const NetworkRecord& network,
                                         const EndpointRecord& endpoint) const {
    std::set<std::string> taken;
    for (const auto& other : change.attachments.coming) {
        taken.insert(other.interface);
    }
    const auto& place = change.after.place;
    auto wanted = wanted_interface(endpoint);
    if (wanted.empty()) {
        return host().free_interface(place, interface_prefix(network), taken);
    }
    if (taken.contains(wanted) || host().has_interface(place, wanted)) {
        throw Refused(Refused::Why::impossible, fmt::format("error renaming interface \"{}\" to \"{}\": file exists",
                                                            host_end(endpoint.attachment), shown(wanted)));
    }
    return wanted;
}

// Who attaches a namespace is told which of the settings is meant.
Ipv4 Containers::take_address(const ContainerRecord& container, const NetworkRecord& network,
                              const EndpointRecord& endpoint) {
    try {
        return ipam_.take_address(network, endpoint.wanted_ipv4);
    } catch (const Refused& refused) {
        if (!container.foreign || !endpoint.wanted_ipv4) {
            throw;
        }
        throw Refused(refused.why(), fmt::format("ipv4 {}: {}", endpoint.wanted_ipv4->to_string(), refused.what()));
    }
}

// `endpoint` is one of `change.after`, which has its place by now.
void Containers::join(Change& change, EndpointRecord& endpoint) {
    const auto& network = network_of(endpoint);
    endpoint.network = network.name;
    endpoint.network_id = network.id;
    endpoint.id = new_id();
    if (network.driver != "bridge") {
        change.joined.push_back(endpoint);
        return;
    }
    bridges_.use(network);
    change.undo.later([this, id = network.id] { release(id); });
    endpoint.attachment = attachment_name(attachments_, change.after, network.name);
    endpoint.interface = choose_interface(change, network, endpoint);
    endpoint.ipv4 = take_address(change.after, network, endpoint);
    change.undo.later([this, id = network.id, address = endpoint.ipv4] { ipam_.give_back(id, address); });
    endpoint.mac = endpoint.wanted_mac.value_or(mac_of(endpoint.ipv4));
    if (attachments_.has_mac(network.name, endpoint.mac)) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("{} is taken in network {}", endpoint.mac.to_string(), network.name));
    }
    Attachment attachment;
    attachment.endpoint = {endpoint.attachment, network.name, endpoint.ipv4, endpoint.mac};
    attachment.place = change.after.place;
    attachment.interface = endpoint.interface;
    attachment.kind = endpoint.kind;
    attachment.sysctls = sysctls_of(endpoint, endpoint.interface);
    attachment.announcements = announcements_of(network);
    change.attachments.coming.push_back(std::move(attachment));
    change.joined.push_back(endpoint);
}

// Keeps what was asked for.
void Containers::leave(Change& change, EndpointRecord& endpoint) const {
    if (!endpoint.is_attached()) {
        return;
    }
    change.left.push_back(endpoint);
    if (!endpoint.attachment.empty()) {
        change.attachments.leaving.push_back(endpoint.attachment);
    }
    endpoint.id.clear();
    endpoint.attachment.clear();
    endpoint.interface.clear();
    endpoint.ipv4 = {};
    endpoint.mac = {};
}

// A network that nobody is attached to any more costs nothing.
void Containers::release(const std::string& network_id) {
    const auto* network = state_.networks.by_id(network_id);
    if (network == nullptr || network->driver != "bridge" || state_.attached.contains(network_id)) {
        return;
    }
    try {
        bridges_.release(*network);
    } catch (const std::exception& error) {
        spdlog::error("network {}: {}", shown(network->name), error.what());
    }
}

void Containers::commit(Change& change) {
    follow_links(change);
    attachments_.apply(
        change.attachments,
        [&] {
            if (change.erase) {
                store().erase_container(change.after.id);
            } else {
                store().put(change.after);
            }
        },
        [&] { store().put(change.before); });
    change.undo.keep();
    put(change.after);
    for (const auto& endpoint : change.joined) {
        tell_network(change.after, endpoint, "connect");
        if (!endpoint.attachment.empty()) {
            spdlog::info("attached {}: {} {} in network {}, {} in {}", endpoint.attachment, endpoint.ipv4.to_string(),
                         endpoint.mac.to_string(), endpoint.network, endpoint.interface,
                         shown(change.after.place.file()));
        }
    }
    for (const auto& endpoint : change.left) {
        if (!endpoint.attachment.empty()) {
            ipam_.give_back(endpoint.network_id, endpoint.ipv4);
            release(endpoint.network_id);
            spdlog::info("detached {}", endpoint.attachment);
        }
        tell_network(change.before, endpoint, "disconnect");
    }
}

} // namespace pontoon
