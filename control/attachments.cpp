#include "control/attachments.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "control/json_reader.hpp"
#include "control/refused.hpp"
#include "control/undo.hpp"
#include "dataplane/port/spec.hpp"

namespace pontoon {

struct Attachments::Before {
    std::vector<Attachment> left;
    std::map<std::string, std::vector<Publish>> publishes;
    std::vector<Link> links;
    bool published = false; // the host knows of the change
};

Attachments::Attachments(Desired& desired, Store& store, Host& host) : desired_(desired), store_(store), host_(host) {}

bool Attachments::has_mac(const std::string& network, const Mac& mac) const {
    const auto found = macs_.find(network);
    return found != macs_.end() && found->second.contains(mac);
}

void Attachments::reserve(const Attachment& attachment) {
    macs_[attachment.endpoint.network].insert(attachment.endpoint.mac);
    desired_.attachments.insert_or_assign(attachment.endpoint.name, attachment);
}

void Attachments::give_back(const Attachment& attachment) {
    const auto macs = macs_.find(attachment.endpoint.network);
    macs->second.extract(attachment.endpoint.mac);
    if (macs->second.empty()) {
        macs_.erase(macs);
    }
    desired_.attachments.erase(attachment.endpoint.name);
}

void Attachments::plug(const Attachment& attachment) {
    const auto* network = desired_.network(attachment.endpoint.network);
    if (network == nullptr) {
        throw Refused(Refused::Why::missing, fmt::format("network {} not found", shown(attachment.endpoint.network)));
    }
    if (attachment.kind == AttachKind::veth && network->mtu > XskSpec::kMostMtu) {
        throw Refused(Refused::Why::bad,
                      fmt::format("network {} has MTU {}, and veth carries at most {}; tap carries it", network->name,
                                  network->mtu, XskSpec::kMostMtu));
    }
    host_.plug(attachment, *network);
}

// The change in what the switch is to be.
void Attachments::enter(const AttachmentChange& change, Before& before) {
    before.links = desired_.links;
    for (const auto& attachment : change.coming) {
        reserve(attachment);
    }
    for (const auto& name : change.leaving) {
        before.left.push_back(desired_.attachments.at(name));
        give_back(before.left.back());
    }
    for (const auto& [name, publishes] : change.publishes) {
        auto& stays = desired_.attachments.at(name);
        before.publishes[name] = stays.publishes;
        stays.publishes = publishes;
    }
    if (change.links) {
        desired_.links = *change.links;
    }
}

void Attachments::go_back(const AttachmentChange& change, const Before& before) {
    for (const auto& attachment : change.coming) {
        give_back(attachment);
    }
    for (const auto& attachment : before.left) {
        reserve(attachment);
    }
    for (const auto& [name, publishes] : before.publishes) {
        desired_.attachments.at(name).publishes = publishes;
    }
    desired_.links = before.links;
}

// The journal's rows of all that the change is about, and what goes with them.
void Attachments::mark(const AttachmentChange& change, Store::Stage stage, const std::function<void()>& save) {
    store_.transaction([&] {
        for (const auto& attachment : change.coming) {
            store_.put(attachment, stage);
        }
        for (const auto& name : change.leaving) {
            store_.put(desired_.attachments.at(name), stage);
        }
        for (const auto& [name, publishes] : change.publishes) {
            auto row = desired_.attachments.at(name);
            row.publishes = publishes;
            store_.put(row, Store::Stage::there);
        }
        save();
    });
}

// What the switch is to be, and the host with it. Undoes itself.
void Attachments::switch_over(const AttachmentChange& change, Before& before, Undo& undo) {
    std::vector<std::string> coming;
    for (const auto& attachment : change.coming) {
        coming.push_back(attachment.endpoint.name);
    }
    std::vector<std::string> changed = coming;
    for (const auto& [name, publishes] : change.publishes) {
        changed.push_back(name);
    }
    undo.later([this, &change, &before, coming, changed] {
        go_back(change, before);
        if (before.published && change.leaving.empty()) {
            host_.withdraw(desired_, coming, changed);
        }
    });
    enter(change, before);
    if (change.leaving.empty()) {
        host_.publish(desired_, changed);
    } else {
        host_.withdraw(desired_, change.leaving, changed);
    }
    before.published = true;
}

void Attachments::apply(const AttachmentChange& change, const std::function<void()>& save,
                        const std::function<void()>& unsave) {
    if (change.empty()) {
        store_.transaction(save);
        return;
    }
    Before before;
    Undo undo;
    undo.later([&] {
        for (const auto& attachment : change.coming) {
            store_.erase(attachment.endpoint.name);
        }
    });
    for (const auto& attachment : change.coming) {
        store_.put(attachment, Store::Stage::coming);
    }
    for (const auto& attachment : change.coming) {
        plug(attachment);
        undo.later([this, &attachment] { host_.unplug(attachment); });
    }
    if (!change.leaving.empty()) {
        mark(change, Store::Stage::leaving, save);
        undo.later([&] { mark(change, Store::Stage::there, unsave); });
    }
    switch_over(change, before, undo);
    if (change.leaving.empty()) {
        set_route(change, undo);
        mark(change, Store::Stage::there, save);
    }
    undo.keep();
    finish(change, before);
}

void Attachments::set_route(const AttachmentChange& change, Undo& undo) {
    if (!change.route) {
        return;
    }
    undo.later([&change, this] {
        if (const auto& old = change.route_before) {
            host_.set_default_route(old->place, old->interface, old->gateway);
        } else {
            host_.remove_default_route(change.route->place, change.route->interface);
        }
    });
    host_.set_default_route(change.route->place, change.route->interface, change.route->gateway);
}

// It is acknowledged: what fails now is logged, and what has left is taken up again by the next daemon.
void Attachments::finish(const AttachmentChange& change, const Before& before) {
    for (const auto& attachment : change.coming) {
        try {
            host_.announce(attachment);
        } catch (const std::exception& error) {
            spdlog::warn("{}: {}", attachment.endpoint.name, error.what());
        }
    }
    if (!change.leaving.empty() && change.route) {
        try {
            host_.set_default_route(change.route->place, change.route->interface, change.route->gateway);
        } catch (const std::exception& error) {
            spdlog::error("{}", error.what());
        }
    }
    for (const auto& attachment : before.left) {
        try {
            host_.unplug(attachment);
            store_.erase(attachment.endpoint.name);
        } catch (const std::exception& error) {
            spdlog::error("detached {}, but {}", attachment.endpoint.name, error.what());
        }
    }
}

void Attachments::take_over(const Attachment& attachment) {
    plug(attachment);
    reserve(attachment);
}

void Attachments::take_over(std::vector<Link> links) {
    desired_.links = std::move(links);
}

void Attachments::forget(const Attachment& attachment, const std::string& why) {
    spdlog::warn("endpoint {} is forgotten: {}", attachment.endpoint.name, why);
    try {
        host_.unplug(attachment);
        store_.erase(attachment.endpoint.name);
    } catch (const std::exception& error) {
        spdlog::error("endpoint {}: {}", attachment.endpoint.name, error.what());
    }
}

void Attachments::unplug_all() {
    for (const auto& [name, attachment] : desired_.attachments) {
        try {
            host_.unplug(attachment);
        } catch (const std::exception& error) {
            spdlog::error("{}: {}", name, error.what());
        }
    }
}

} // namespace pontoon
