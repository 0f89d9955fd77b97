// Containers that come and go: each change is checked first, then done step by step, and undone if a step fails. What
// is acknowledged is in the store.
#pragma once

#include <map>
#include <set>
#include <string>

#include "control/attach_request.hpp"
#include "control/desired.hpp"
#include "control/host.hpp"
#include "control/ipam/address_pool.hpp"
#include "control/published_ports.hpp"
#include "control/store.hpp"

namespace pontoon {

class LegacyAttachments {
public:
    // `desired` is the one state that all changes go through; its attachments are empty.
    LegacyAttachments(Desired& desired, Store& store, Host& host, AttachKind kind, const FreeChoice& choice);

    // Throws Refused, or std::runtime_error where something broke; then nothing has changed.
    const Attachment& attach(const AttachRequest& request);
    void detach(const std::string& name);

    // Takes over what the store has and removes what was left half done. What cannot be taken over is logged and
    // forgotten. The next `Host::publish` puts it to use.
    void restore();

    // Detaches an endpoint that has gone by itself, and logs why. Nothing if there is none of that name.
    void lose(const std::string& name, const std::string& why);
    // Loses the endpoints whose namespace is not where it was.
    void lose_gone();

    // Removes every interface; the store keeps all, for the next daemon.
    void unplug_all();

private:
    // What is taken in one network.
    struct Taken {
        AddressPool addresses;
        std::set<Mac> macs;
    };

    [[nodiscard]] Attachment planned(const AttachRequest& request) const;
    [[nodiscard]] Ipv4 choose_address(const AttachRequest& request, const Network& network, const Taken& taken) const;
    [[nodiscard]] NetNs::Id find(const Place& place) const;
    void check_free(const Endpoint& endpoint) const;
    void reserve(const Attachment& attachment);
    void give_back(const Attachment& attachment);
    void make(const Attachment& attachment);
    void take_over(Attachment attachment);
    void forget(const Attachment& attachment, const std::string& why);
    void leave(const Attachment& attachment);

    Desired& desired_;
    Store& store_;
    Host& host_;
    AttachKind kind_;
    PublishedPorts ports_;
    std::map<std::string, Taken> taken_; // by network
};

} // namespace pontoon
