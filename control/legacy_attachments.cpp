#include "control/legacy_attachments.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "control/json_reader.hpp"
#include "control/refused.hpp"
#include "control/topology_parts.hpp"
#include "control/undo.hpp"
#include "dataplane/port/spec.hpp"

namespace pontoon {

LegacyAttachments::LegacyAttachments(Desired& desired, Store& store, Host& host, AttachKind kind,
                                     const FreeChoice& choice)
    : desired_(desired), store_(store), host_(host), kind_(kind), ports_(choice) {
    for (const auto& network : desired.networks) {
        auto& taken = taken_.emplace(network.name, Taken{AddressPool(network.subnet), {}}).first->second;
        taken.addresses.take(network.gateway);
        taken.macs.insert(network.gateway_mac);
    }
}

NetNs::Id LegacyAttachments::find(const Place& place) const {
    try {
        return host_.find(place);
    } catch (const std::runtime_error& error) {
        throw Refused(Refused::Why::bad, error.what());
    }
}

Ipv4 LegacyAttachments::choose_address(const AttachRequest& request, const Network& network, const Taken& taken) const {
    if (request.ipv4) {
        check_host("ipv4", *request.ipv4, network.subnet, "network " + network.name);
        return *request.ipv4;
    }
    const auto free = taken.addresses.lowest_free();
    if (!free) {
        throw Refused(Refused::Why::conflict,
                      "no available IPv4 addresses on this network's address pools: " + network.name);
    }
    return *free;
}

// Whether name, address and MAC are free.
void LegacyAttachments::check_free(const Endpoint& endpoint) const {
    const auto& taken = taken_.at(endpoint.network);
    if (desired_.attachments.contains(endpoint.name)) {
        throw Refused(Refused::Why::conflict, fmt::format("there is an endpoint {} already", endpoint.name));
    }
    if (taken.addresses.is_taken(endpoint.ipv4)) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("{} is taken in network {}", endpoint.ipv4.to_string(), endpoint.network));
    }
    if (taken.macs.contains(endpoint.mac)) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("{} is taken in network {}", endpoint.mac.to_string(), endpoint.network));
    }
}

// All but the ports.
Attachment LegacyAttachments::planned(const AttachRequest& request) const {
    const auto* network = desired_.network(request.network);
    if (network == nullptr) {
        throw Refused(Refused::Why::missing, fmt::format("network {} not found", shown(request.network)));
    }
    Attachment attachment;
    attachment.endpoint.name = request.name;
    attachment.endpoint.network = network->name;
    attachment.endpoint.ipv4 = choose_address(request, *network, taken_.at(network->name));
    attachment.endpoint.mac = request.mac.value_or(mac_of(attachment.endpoint.ipv4));
    check_free(attachment.endpoint);
    attachment.kind = request.kind.value_or(kind_);
    if (attachment.kind == AttachKind::veth && network->mtu > XskSpec::kMostMtu) {
        throw Refused(Refused::Why::bad,
                      fmt::format("network {} has MTU {}, and veth carries at most {}; tap carries it", network->name,
                                  network->mtu, XskSpec::kMostMtu));
    }
    attachment.default_gateway = network->internal ? std::nullopt : std::optional(network->gateway);
    attachment.place = request.place;
    attachment.place.id = find(request.place);
    attachment.interface = host_.free_interface(attachment.place, "eth", {});
    return attachment;
}

void LegacyAttachments::reserve(const Attachment& attachment) {
    auto& taken = taken_.at(attachment.endpoint.network);
    taken.addresses.take(attachment.endpoint.ipv4);
    taken.macs.insert(attachment.endpoint.mac);
    desired_.attachments.emplace(attachment.endpoint.name, attachment);
}

void LegacyAttachments::give_back(const Attachment& attachment) {
    auto& taken = taken_.at(attachment.endpoint.network);
    taken.addresses.give_back(attachment.endpoint.ipv4);
    taken.macs.erase(attachment.endpoint.mac);
    desired_.attachments.erase(attachment.endpoint.name);
}

const Attachment& LegacyAttachments::attach(const AttachRequest& request) {
    Attachment attachment = planned(request);
    Undo undo;
    if (!desired_.network(attachment.endpoint.network)->internal) { // there nothing is published (P-017)
        attachment.publishes =
            ports_.take(request.publish, request.name, HostAddresses(to_config_without_endpoints(desired_)),
                        [this](const Publish& publish) { return host_.held(publish); });
    }
    undo.later([&] {
        for (const auto& publish : attachment.publishes) {
            ports_.remove(publish);
        }
    });
    reserve(attachment);
    undo.later([&] { give_back(attachment); });
    make(attachment);
    undo.keep();
    try {
        host_.announce(attachment);
    } catch (const std::exception& error) { // it is attached all the same
        spdlog::warn("{}: {}", request.name, error.what());
    }
    spdlog::info("attached {}: {} {} in network {}, {} in {}", request.name, attachment.endpoint.ipv4.to_string(),
                 attachment.endpoint.mac.to_string(), attachment.endpoint.network, attachment.interface,
                 shown(attachment.place.file()));
    return desired_.attachments.at(request.name);
}

void LegacyAttachments::make(const Attachment& attachment) {
    const auto& name = attachment.endpoint.name;
    Undo undo;
    store_.put(attachment, Store::Stage::coming);
    undo.later([&] { store_.erase(name); });
    host_.plug(attachment, *desired_.network(attachment.endpoint.network));
    undo.later([&] { host_.unplug(attachment); });
    host_.publish(to_config(desired_));
    undo.later([&] {
        Desired without = desired_;
        without.attachments.erase(name);
        host_.withdraw(to_config(without), {name});
    });
    store_.put(attachment, Store::Stage::there);
    undo.keep();
}

void LegacyAttachments::detach(const std::string& name) {
    const auto found = desired_.attachments.find(name);
    if (found == desired_.attachments.end()) {
        throw Refused(Refused::Why::missing, fmt::format("there is no endpoint {}", shown(name)));
    }
    const Attachment attachment = found->second;
    leave(attachment);
    spdlog::info("detached {}", name);
}

// Once the store says that it is leaving, it leaves: what fails after that is taken up again by the next daemon.
void LegacyAttachments::leave(const Attachment& attachment) {
    const auto& name = attachment.endpoint.name;
    Undo undo;
    store_.put(attachment, Store::Stage::leaving);
    undo.later([&] { store_.put(attachment, Store::Stage::there); });
    desired_.attachments.erase(name);
    undo.later([&] { desired_.attachments.emplace(name, attachment); });
    host_.withdraw(to_config(desired_), {name});
    undo.keep();
    for (const auto& publish : attachment.publishes) {
        ports_.remove(publish);
    }
    give_back(attachment);
    try {
        host_.unplug(attachment);
        store_.erase(name);
    } catch (const std::exception& error) {
        spdlog::error("detached {}, but {}", name, error.what());
    }
}

} // namespace pontoon
