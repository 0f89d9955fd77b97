// LegacyAttachments that a daemon before this one made, and those that end without being asked to.
#include <spdlog/spdlog.h>

#include "control/legacy_attachments.hpp"
#include "control/refused.hpp"
#include "control/topology_parts.hpp"
#include "control/undo.hpp"

namespace pontoon {

void LegacyAttachments::restore() {
    for (auto& row : store_.rows()) {
        const std::string name = row.attachment.endpoint.name;
        if (row.stage != Store::Stage::there) {
            forget(row.attachment, row.stage == Store::Stage::coming ? "it was never acknowledged" : "it was detached");
            continue;
        }
        try {
            take_over(row.attachment);
        } catch (const std::exception& error) {
            forget(row.attachment, error.what());
        }
    }
}

void LegacyAttachments::take_over(Attachment attachment) {
    const auto& endpoint = attachment.endpoint;
    const auto* network = desired_.network(endpoint.network);
    if (network == nullptr) {
        throw Refused(Refused::Why::missing, "network " + endpoint.network + " not found");
    }
    check_host("ipv4", endpoint.ipv4, network->subnet, "network " + network->name);
    check_free(endpoint);
    if (find(attachment.place) != attachment.place.id) {
        throw Refused(Refused::Why::missing, attachment.place.file() + " is another namespace now");
    }
    Undo undo;
    const HostAddresses addresses(to_config_without_endpoints(desired_));
    for (const auto& publish : attachment.publishes) {
        ports_.add(publish, addresses);
        undo.later([this, publish] { ports_.remove(publish); });
        if (const auto reason = host_.held(publish); !reason.empty()) {
            throw Refused(Refused::Why::conflict, reason);
        }
    }
    host_.plug(attachment, *network);
    undo.keep();
    reserve(attachment);
    spdlog::info("took over {}: {} in network {}, {} in {}", endpoint.name, endpoint.ipv4.to_string(), endpoint.network,
                 attachment.interface, shown(attachment.place.file()));
}

// It is not there, for us; its interface may be, in the namespace it was made in.
void LegacyAttachments::forget(const Attachment& attachment, const std::string& why) {
    spdlog::warn("endpoint {} is forgotten: {}", attachment.endpoint.name, why);
    try {
        host_.unplug(attachment);
        store_.erase(attachment.endpoint.name);
    } catch (const std::exception& error) {
        spdlog::error("endpoint {}: {}", attachment.endpoint.name, error.what());
    }
}

void LegacyAttachments::lose(const std::string& name, const std::string& why) {
    const auto found = desired_.attachments.find(name);
    if (found == desired_.attachments.end()) {
        return;
    }
    spdlog::warn("endpoint {}: {}", name, why);
    const Attachment attachment = found->second;
    try {
        leave(attachment);
    } catch (const std::exception& error) {
        spdlog::error("endpoint {} cannot be detached: {}", name, error.what());
    }
}

void LegacyAttachments::lose_gone() {
    std::vector<std::string> gone;
    for (const auto& [name, attachment] : desired_.attachments) {
        try {
            if (host_.find(attachment.place) == attachment.place.id) {
                continue;
            }
        } catch (const std::runtime_error&) { // it cannot be found
        }
        gone.push_back(name);
    }
    for (const auto& name : gone) {
        lose(name, "the container's namespace has gone");
    }
}

void LegacyAttachments::unplug_all() {
    for (const auto& [name, attachment] : desired_.attachments) {
        try {
            host_.unplug(attachment);
        } catch (const std::exception& error) {
            spdlog::error("{}: {}", name, error.what());
        }
    }
}

} // namespace pontoon
