// Ports that are published and withdrawn while a container runs, which Docker cannot (C-012).
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "control/json_reader.hpp"
#include "control/model/containers.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

bool is_same(const PublishSpec& one, const PublishSpec& other) {
    return one.has_host_ip == other.has_host_ip && one.host_ip == other.host_ip && one.host_ports == other.host_ports &&
           one.ports == other.ports && one.protocol == other.protocol;
}

bool contains(const PortRange& range, const PortRange& part) {
    return range.first <= part.first && part.last <= range.last;
}

// Whether `spec` may have become `binding`.
bool is_of(const Publish& binding, const PublishSpec& spec) {
    return binding.protocol == spec.protocol && contains(spec.ports, binding.ports) &&
           (!spec.has_host_ip || binding.host_ip == spec.host_ip) &&
           (!spec.host_ports || contains(*spec.host_ports, binding.host_ports));
}

// The bindings of one spec: as many ports as it has.
std::vector<Publish> bindings_of(const std::vector<Publish>& bindings, const PublishSpec& spec) {
    std::vector<Publish> found;
    unsigned ports = 0;
    for (const auto& binding : bindings) {
        if (ports < spec.ports.size() && is_of(binding, spec)) {
            found.push_back(binding);
            ports += binding.ports.size();
        }
    }
    return found;
}

// What was asked for in these words or, as "32768:80", what became of it.
std::vector<PublishSpec>::iterator find(ContainerRecord& container, const PublishSpec& wanted) {
    const auto same =
        std::ranges::find_if(container.publish, [&](const PublishSpec& spec) { return is_same(spec, wanted); });
    if (same != container.publish.end() || !wanted.host_ports) {
        return same;
    }
    return std::ranges::find_if(container.publish, [&](const PublishSpec& spec) {
        const auto bindings = bindings_of(container.bindings, spec);
        return spec.ports == wanted.ports && !bindings.empty() &&
               std::ranges::all_of(bindings, [&](const Publish& binding) { return is_of(binding, wanted); });
    });
}

void check_publishable(const ContainerRecord& container) {
    const bool shared = container.network_mode.starts_with("container:");
    if (shared || container.network_mode == "host") {
        throw Refused(Refused::Why::bad,
                      fmt::format("{} has the network of {}: its ports are published there, or need not be",
                                  container.name, shared ? container.network_mode : "the host"));
    }
}

} // namespace

const ContainerRecord& Containers::publish(const std::string& key, const std::vector<PublishSpec>& specs) {
    const ContainerRecord before = find_container(state_, key);
    check_publishable(before);
    Change change{before, before, {}, {}, {}, false, {}};
    auto& after = change.after;
    for (const auto& spec : specs) {
        if (std::ranges::any_of(after.publish, [&](const PublishSpec& other) { return is_same(spec, other); }) &&
            spec.host_ports) {
            throw Refused(Refused::Why::conflict,
                          fmt::format("{} publishes {} already", before.name, shown(spec.text)));
        }
        after.publish.push_back(spec);
    }
    const auto gateway = gateway_endpoint(state_, after);
    if (before.is_running() && gateway) {
        const auto& endpoint = after.endpoints[*gateway];
        const auto taken = take_ports(after, endpoint, specs, change.undo);
        after.bindings.insert(after.bindings.end(), taken.begin(), taken.end());
        change.attachments.publishes[endpoint.attachment] = after.bindings;
    }
    commit(change);
    return *state_.containers.by_id(before.id);
}

const ContainerRecord& Containers::unpublish(const std::string& key, const std::vector<PublishSpec>& specs) {
    const ContainerRecord before = find_container(state_, key);
    Change change{before, before, {}, {}, {}, false, {}};
    auto& after = change.after;
    std::vector<Publish> freed;
    for (const auto& spec : specs) {
        const auto found = find(after, spec);
        if (found == after.publish.end()) {
            throw Refused(Refused::Why::missing, fmt::format("{} does not publish {}", before.name, shown(spec.text)));
        }
        for (const auto& binding : bindings_of(after.bindings, *found)) {
            after.bindings.erase(std::ranges::find(after.bindings, binding));
            freed.push_back(binding);
        }
        after.publish.erase(found);
    }
    if (const auto gateway = gateway_endpoint(state_, after); before.is_running() && gateway) {
        change.attachments.publishes[after.endpoints[*gateway].attachment] = after.bindings;
    }
    free_ports(change, freed);
    commit(change);
    return *state_.containers.by_id(before.id);
}

} // namespace pontoon
