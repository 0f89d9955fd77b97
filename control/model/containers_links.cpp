// Legacy links on the default bridge (docker-behaviours 7.1): what they let through where icc is off, and their lines
// in hosts files.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "control/json_reader.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/containers.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

// The place on the default bridge of a container that runs, or null.
const EndpointRecord* on_bridge(const ContainerRecord* container) {
    if (container == nullptr || !container->is_running()) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(container->endpoints, [](const EndpointRecord& endpoint) {
        return endpoint.network == "bridge" && endpoint.is_attached();
    });
    return found == container->endpoints.end() ? nullptr : &*found;
}

Link link_between(const EndpointRecord& from, const EndpointRecord& to, const ContainerRecord& target) {
    Link link{from.attachment, to.attachment, {}};
    for (const auto& exposed : exposed_ports(target)) {
        link.ports.push_back({exposed.ports, exposed.protocol});
    }
    return link;
}

} // namespace

// L-004.
void Containers::check_links(const ContainerRecord& container) const {
    for (const auto& link : container.links) {
        const auto* target = state_.containers.by_id(link.container);
        if (target == nullptr || !target->is_running()) {
            throw Refused(Refused::Why::impossible,
                          fmt::format("Cannot link to a non running container: /{} AS /{}/{}",
                                      target == nullptr ? short_id(link.container) : target->name, container.name,
                                      link.alias));
        }
        if (on_bridge(target) == nullptr) {
            throw Refused(
                Refused::Why::impossible,
                fmt::format("Cannot link to /{}, as it does not belong to the default network", target->name));
        }
    }
}

// L-006: links open ports only where containers cannot talk anyway.
bool Containers::links_matter() const {
    const auto* bridge = attachments_.desired().network("bridge");
    return bridge != nullptr && !bridge->icc;
}

// All that links open, once `changed` is so; null: as all are.
std::vector<Link> Containers::links_with(const ContainerRecord* changed) const {
    const auto record_of = [&](const std::string& id) {
        return changed != nullptr && id == changed->id ? changed : state_.containers.by_id(id);
    };
    auto ids = linking_;
    if (changed != nullptr && !changed->links.empty()) {
        ids.insert(changed->id);
    }
    auto links = base_links_;
    for (const auto& id : ids) {
        const auto* container = record_of(id);
        const auto* from = on_bridge(container);
        for (std::size_t i = 0; from != nullptr && i < container->links.size(); ++i) {
            const auto* target = record_of(container->links[i].container);
            if (const auto* to = on_bridge(target)) {
                links.push_back(link_between(*from, *to, *target));
            }
        }
    }
    return links;
}

void Containers::follow_links(Change& change) {
    if (!links_matter() || (linking_.empty() && change.after.links.empty())) {
        return;
    }
    auto links = links_with(&change.after);
    if (links != attachments_.desired().links) {
        change.attachments.links = std::move(links);
    }
}

void Containers::restore_links() {
    if (links_matter()) {
        attachments_.take_over(links_with(nullptr));
    }
}

// L-006.
void Containers::unlink(const std::string& key, const std::string& alias) {
    const ContainerRecord before = find_container(state_, key);
    Change change{before, before, {}, {}, {}, false, {}};
    const auto is_gone = [&](const LegacyLink& link) { return link.alias == alias; };
    if (std::erase_if(change.after.links, is_gone) == 0) {
        throw Refused(Refused::Why::missing, fmt::format("No such container: {}/{}", shown(key), shown(alias)));
    }
    commit(change);
    if (before.is_running()) {
        auto gone = before;
        std::erase_if(gone.links, std::not_fn(is_gone));
        with_files([&] { remove_link_lines(files(before), state_, gone); });
    }
}

// L-003.
void Containers::renew_links_to(const ContainerRecord& container) {
    for (const auto& id : linking_) {
        const auto& other = *state_.containers.by_id(id);
        const bool is_linked = std::ranges::count(other.links, container.id, &LegacyLink::container) != 0;
        if (is_linked && other.is_running()) {
            with_files([&] { renew_link_lines(files(other), state_, other); });
        }
    }
}

} // namespace pontoon
