#include "control/model/containers.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "control/refused.hpp"

namespace pontoon {

Containers::Containers(State& state, Ipam& ipam, Attachments& attachments, Bridges& bridges, Names& names,
                       Events& events, ContainerSettings settings)
    : state_(state), ipam_(ipam), attachments_(attachments), bridges_(bridges), names_(names), events_(events),
      settings_(std::move(settings)), ports_(settings_.choice), base_links_(attachments.desired().links) {}

// The record as it is now, where everybody looks for it.
void Containers::put(const ContainerRecord& record) {
    if (const auto* before = state_.containers.by_id(record.id)) {
        for (const auto& endpoint : before->endpoints) {
            if (const auto found = state_.attached.find(endpoint.network_id); found != state_.attached.end()) {
                found->second.erase(record.id);
                if (found->second.empty()) {
                    state_.attached.erase(found);
                }
            }
        }
    }
    for (const auto& endpoint : record.endpoints) {
        if (endpoint.is_attached()) {
            state_.attached[endpoint.network_id].insert(record.id);
        }
    }
    if (!record.links.empty()) {
        linking_.insert(record.id);
    }
    names_.put(state_, state_.containers.put(record));
}

void Containers::tell(const ContainerRecord& container, const std::string& action, TextMap attributes) {
    attributes.insert(container.labels.begin(), container.labels.end());
    attributes["name"] = container.name;
    attributes["image"] = "";
    events_.tell({"container", action, container.id, std::move(attributes), Time::now()});
}

void Containers::tell_network(const ContainerRecord& container, const EndpointRecord& endpoint,
                              const std::string& action) {
    const auto* network = state_.networks.by_id(endpoint.network_id);
    events_.tell(
        {"network",
         action,
         endpoint.network_id,
         {{"container", container.id}, {"name", endpoint.network}, {"type", network == nullptr ? "" : network->driver}},
         Time::now()});
}

// Of a change that is acknowledged already.
void Containers::with_files(const std::function<void()>& write) {
    try {
        write();
    } catch (const std::exception& error) {
        spdlog::error("a container's files: {}", error.what());
    }
}

void Containers::kill(const std::string& key, int signal) {
    const auto& container = find_container(state_, key);
    if (!container.is_running()) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("cannot kill container: {}: container {} is not running", key, container.id));
    }
    if (container.foreign) {
        throw Refused(Refused::Why::unsupported, container.name + " is an attached namespace, which has no process to "
                                                                  "signal; `pontoon detach` ends it");
    }
    host().signal(static_cast<pid_t>(container.pid), container.pid_start, signal);
    tell(container, "kill", {{"signal", std::to_string(signal)}});
}

void Containers::tell_stopped(const std::string& id) {
    if (const auto* container = state_.containers.by_id(id)) {
        tell(*container, "stop");
    }
}

void Containers::rename(const std::string& key, const std::string& name) {
    const auto& container = find_container(state_, key);
    const std::string wanted = name.starts_with('/') ? name.substr(1) : name;
    if (wanted.empty()) {
        throw Refused(Refused::Why::bad, "Neither old nor new names may be empty");
    }
    if (wanted == container.name) {
        throw Refused(Refused::Why::bad, "Renaming a container with the same name as its current name");
    }
    try {
        check_name(wanted);
    } catch (const Refused& refused) {
        throw Refused(refused.why(), std::string("Error when allocating new name: ") + refused.what());
    }
    ContainerRecord renamed = container;
    renamed.name = wanted;
    store().put(renamed);
    const std::string old = container.name;
    put(renamed);
    tell(renamed, "rename", {{"oldName", "/" + old}});
    renew_links_to(renamed);
}

void Containers::remove(const std::string& key, bool force) {
    const ContainerRecord container = find_container(state_, key);
    if (container.is_running() && !force) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("cannot remove container \"{}\": container is running: stop the container before "
                                  "removing or force remove",
                                  container.name));
    }
    if (container.foreign) {
        detach(container.name);
        return;
    }
    if (container.is_running()) {
        constexpr int kSigkill = 9;
        host().signal(static_cast<pid_t>(container.pid), container.pid_start, kSigkill);
        end(container, 128 + kSigkill);
    }
    if (const auto* left = state_.containers.by_id(container.id)) {
        erase(*left);
    }
}

void Containers::erase(const ContainerRecord& container) {
    const ContainerRecord gone = container;
    store().erase_container(gone.id);
    names_.erase(gone.id);
    linking_.erase(gone.id);
    state_.containers.erase(gone.id);
    with_files([&] { remove_files(files(gone)); });
    tell(gone, "destroy");
}

} // namespace pontoon
