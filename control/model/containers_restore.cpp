// Containers that a daemon before this one had, and those that end without being asked to (docker-behaviours C-011,
// C-014, I-030).
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>

#include "control/desired.hpp"
#include "control/json_reader.hpp"
#include "control/model/containers.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr int kKilled = 137; // 128 + SIGKILL

void clear(EndpointRecord& endpoint) {
    endpoint.id.clear();
    endpoint.attachment.clear();
    endpoint.interface.clear();
    endpoint.ipv4 = {};
    endpoint.mac = {};
}

} // namespace

int Containers::exit_code_in_file(const ContainerRecord& container) const {
    std::ifstream file(files(container).exit);
    int code = kKilled;
    return file >> code && code >= 0 && code <= 255 ? code : kKilled;
}

// Empty while it is still there.
std::string Containers::why_gone(const ContainerRecord& container) const {
    try {
        if (host().find(container.place) != container.place.id) {
            return container.place.file() + " is another namespace now";
        }
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    const auto pid = static_cast<pid_t>(container.pid);
    return container.foreign || host().process_start(pid) == container.pid_start
               ? ""
               : fmt::format("its process {} has ended", pid);
}

void Containers::restore() {
    std::map<std::string, Store::Row> journal;
    for (auto& row : store().rows()) {
        journal.emplace(row.attachment.endpoint.name, std::move(row));
    }
    std::vector<ContainerRecord> running;
    for (auto& container : store().containers()) {
        put(container);
        if (container.is_running()) {
            running.push_back(std::move(container));
        }
    }
    std::erase_if(running, [this](const ContainerRecord& container) {
        const auto why = why_gone(container);
        if (!why.empty()) {
            give_up(container, why);
        }
        return !why.empty();
    });
    for (const auto& container : running) {
        take_over(container);
    }
    std::vector<NetNs::Id> places; // where an interface was removed, and maybe the default route with it
    for (const auto& [name, row] : journal) {
        if (attachments_.has(name)) {
            continue;
        }
        places.push_back(row.attachment.place.id);
        if (row.stage == Store::Stage::there && !name.contains('@')) {
            adopt(row.attachment);
        } else {
            attachments_.forget(row.attachment,
                                row.stage == Store::Stage::coming ? "it was never acknowledged" : "it is not there");
        }
    }
    restore_links();
    restore_routes(places);
}

// A daemon that was killed while it moved a default route left it by an interface that has gone now.
void Containers::restore_routes(const std::vector<NetNs::Id>& places) {
    if (places.empty()) {
        return;
    }
    for (const auto& [id, container] : state_.containers.all()) {
        const auto gateway = gateway_endpoint(state_, container);
        if (!gateway || std::ranges::count(places, container.place.id) == 0) {
            continue;
        }
        const auto& endpoint = container.endpoints[*gateway];
        try {
            host().set_default_route(container.place, endpoint.interface,
                                     *container_gateway(*state_.networks.by_id(endpoint.network_id)));
        } catch (const std::exception& error) {
            spdlog::error("container {}: {}", container.name, error.what());
        }
    }
}

void Containers::take_over_endpoint(const ContainerRecord& container, const EndpointRecord& endpoint, bool is_gateway) {
    const auto* network = state_.networks.by_id(endpoint.network_id);
    if (network == nullptr) {
        throw Refused(Refused::Why::missing, "network " + endpoint.network + " not found");
    }
    Attachment attachment;
    attachment.endpoint = {endpoint.attachment, network->name, endpoint.ipv4, endpoint.mac};
    attachment.place = container.place;
    attachment.interface = endpoint.interface;
    attachment.kind = endpoint.kind;
    if (is_gateway) {
        attachment.publishes = container.bindings;
        attachment.default_gateway = container_gateway(*network);
    }
    if (attachments_.has_mac(network->name, endpoint.mac)) {
        throw Refused(Refused::Why::conflict, endpoint.mac.to_string() + " is taken");
    }
    bridges_.use(*network);
    Undo undo;
    undo.later([&] { release(network->id); });
    if (ipam_.take_address(*network, endpoint.ipv4) != endpoint.ipv4) {
        throw std::logic_error("another address than the one asked for");
    }
    undo.later([&] { ipam_.give_back(network->id, endpoint.ipv4); });
    attachments_.take_over(attachment);
    undo.keep();
    spdlog::info("took over {}: {} in network {}, {} in {}", endpoint.attachment, endpoint.ipv4.to_string(),
                 network->name, endpoint.interface, shown(container.place.file()));
}

// Those that somebody else has taken meanwhile are published no more.
void Containers::take_over_ports(ContainerRecord& container) {
    if (container.bindings.empty()) {
        return;
    }
    const HostAddresses addresses(to_config_without_endpoints(attachments_.desired()));
    std::erase_if(container.bindings, [&](const Publish& publish) {
        try {
            if (const auto reason = host().held(publish); !reason.empty()) {
                throw Refused(Refused::Why::conflict, reason);
            }
            ports_.add(publish, addresses);
            return false;
        } catch (const Refused& refused) {
            spdlog::warn("container {} publishes {} no more: {}", container.name, to_arrow(publish), refused.what());
            return true;
        }
    });
}

void Containers::take_over(ContainerRecord container) {
    const ContainerRecord stored = container;
    take_over_ports(container);
    const auto gateway = gateway_endpoint(state_, container);
    bool gateway_lost = !gateway && !container.bindings.empty();
    for (auto& endpoint : container.endpoints) {
        if (endpoint.attachment.empty()) {
            continue;
        }
        const bool is_gateway = gateway && &endpoint == &container.endpoints[*gateway];
        try {
            take_over_endpoint(container, endpoint, is_gateway);
        } catch (const std::exception& error) {
            spdlog::warn("container {} is in network {} no more: {}", container.name, endpoint.network, error.what());
            clear(endpoint);
            gateway_lost = gateway_lost || is_gateway;
        }
    }
    if (gateway_lost) { // another one takes its place
        Change change{container, container, {}, {}, {}, false, {}};
        free_ports(change, container.bindings);
        change.undo.keep();
        change.before.endpoints.clear();
        change.before.bindings.clear();
        change.after.bindings.clear();
        follow_gateway(change);
        commit(change);
        container = change.after;
    }
    if (container != stored) {
        store().put(container);
    }
    put(container);
}

void Containers::give_up(ContainerRecord container, const std::string& why) {
    spdlog::warn("container {} has exited while the daemon was away: {}", container.name, why);
    for (auto& endpoint : container.endpoints) {
        clear(endpoint);
    }
    container.bindings.clear();
    container.state = ContainerRecord::State::exited;
    container.finished = Time::now();
    container.exit_code = exit_code_in_file(container);
    container.pid = 0;
    container.pid_start = 0;
    container.place = {};
    if (container.foreign || container.auto_remove) {
        erase(container);
        return;
    }
    store().put(container);
    put(container);
}

// What a daemon attached that knew no containers yet.
void Containers::adopt(const Attachment& attachment) {
    try {
        const auto& network = find_network(state_, attachment.endpoint.network);
        ContainerRecord container;
        container.id = new_id();
        container.name = attachment.endpoint.name;
        if (state_.containers.by_name(container.name) != nullptr) {
            throw Refused(Refused::Why::conflict, "there is another container of that name");
        }
        container.created = Time::now();
        container.started = container.created;
        container.hostname = short_id(container.id);
        container.foreign = true;
        container.state = ContainerRecord::State::running;
        container.place = attachment.place;
        container.bindings = attachment.publishes;
        for (const auto& publish : attachment.publishes) {
            container.publish.push_back(parse_publish_spec(to_spec(publish)));
        }
        auto& endpoint = container.endpoints.emplace_back();
        endpoint.network = network.name;
        endpoint.network_id = network.id;
        endpoint.id = new_id();
        endpoint.attachment = attachment.endpoint.name;
        endpoint.ipv4 = attachment.endpoint.ipv4;
        endpoint.mac = attachment.endpoint.mac;
        endpoint.interface = attachment.interface;
        endpoint.kind = attachment.kind;
        if (const auto why = why_gone(container); !why.empty()) {
            throw Refused(Refused::Why::missing, why);
        }
        take_over(container);
        store().put(*state_.containers.by_id(container.id));
    } catch (const std::exception& error) {
        attachments_.forget(attachment, error.what());
    }
}

void Containers::lose_gone() {
    std::vector<std::pair<std::string, std::string>> gone;
    for (const auto& [id, container] : state_.containers.all()) {
        if (container.foreign && container.is_running()) {
            if (const auto why = why_gone(container); !why.empty()) {
                gone.emplace_back(container.name, why);
            }
        }
    }
    for (const auto& [name, why] : gone) {
        spdlog::warn("{}: the container's namespace has gone: {}", name, why);
        try {
            detach(name);
        } catch (const std::exception& error) {
            spdlog::error("{} cannot be detached: {}", name, error.what());
        }
    }
}

void Containers::lose(const std::string& attachment, const std::string& why) {
    const auto is_it = [&](const EndpointRecord& endpoint) { return endpoint.attachment == attachment; };
    const auto& all = state_.containers.all();
    const auto found = std::ranges::find_if(
        all, [&](const auto& entry) { return std::ranges::any_of(entry.second.endpoints, is_it); });
    if (found == all.end()) {
        return;
    }
    const ContainerRecord container = found->second;
    try {
        if (container.foreign) {
            spdlog::warn("endpoint {}: {}", attachment, why);
            detach(container.name);
        } else if (why_gone(container).empty()) { // otherwise it is ending, which is seen elsewhere
            spdlog::warn("endpoint {}: {}", attachment, why);
            Change change{container, container, {}, {}, {}, false, {}};
            leave(change, *std::ranges::find_if(change.after.endpoints, is_it));
            follow_gateway(change);
            commit(change);
        }
    } catch (const std::exception& error) {
        spdlog::error("endpoint {} cannot be detached: {}", attachment, error.what());
    }
}

} // namespace pontoon
