// Endpoints in the switch and in containers' namespaces: the lower layer of Containers, which decides what they are. A
// change is written to the journal, done step by step, and undone if a step fails; what is acknowledged is in the
// store.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/desired.hpp"
#include "control/host.hpp"
#include "control/store.hpp"
#include "control/undo.hpp"

namespace pontoon {

// The default route of a container's namespace.
struct DefaultRoute {
    Place place;
    std::string interface;
    Ipv4 gateway;

    friend bool operator==(const DefaultRoute&, const DefaultRoute&) = default;
};

// What changes together. Endpoints come, or leave, or neither; not both.
struct AttachmentChange {
    std::vector<Attachment> coming;
    std::vector<std::string> leaving;
    std::map<std::string, std::vector<Publish>> publishes; // of endpoints that stay: what they publish from now on
    std::optional<DefaultRoute> route_before;              // to be undone to
    std::optional<DefaultRoute> route;                     // the new one, where it is another
    std::optional<std::vector<Link>> links;                // all that there are then

    [[nodiscard]] bool empty() const {
        return coming.empty() && leaving.empty() && publishes.empty() && !route && !links;
    }
};

class Attachments {
public:
    // `desired` is the one state that all changes go through; its attachments are empty.
    Attachments(Desired& desired, Store& store, Host& host);

    // Makes the change true. `save` writes what goes with it to the store, in the same transaction; `unsave` writes
    // what was there before. Throws Refused, or std::runtime_error where something broke; then nothing has changed.
    void apply(const AttachmentChange& change, const std::function<void()>& save, const std::function<void()>& unsave);

    // One that a daemon before this one made, which the journal says is there. The host puts it to use when it begins.
    // Throws Refused or std::runtime_error, and then has changed nothing.
    void take_over(const Attachment& attachment);
    // What containers' links open, all of it.
    void take_over(std::vector<Link> links);
    // Removes the interface and the row, as far as they are there; logs why.
    void forget(const Attachment& attachment, const std::string& why);
    // Removes every interface; the store keeps all, for the next daemon.
    void unplug_all();

    [[nodiscard]] const Desired& desired() const { return desired_; }
    [[nodiscard]] Host& host() const { return host_; }
    [[nodiscard]] Store& store() const { return store_; }
    [[nodiscard]] bool has(const std::string& name) const { return desired_.attachments.contains(name); }
    [[nodiscard]] bool has_mac(const std::string& network, const Mac& mac) const;

private:
    struct Before; // what to go back to
    void plug(const Attachment& attachment);
    void enter(const AttachmentChange& change, Before& before);
    void go_back(const AttachmentChange& change, const Before& before);
    void mark(const AttachmentChange& change, Store::Stage stage, const std::function<void()>& save);
    void switch_over(const AttachmentChange& change, Before& before, Undo& undo);
    void set_route(const AttachmentChange& change, Undo& undo);
    void finish(const AttachmentChange& change, const Before& before);
    void reserve(const Attachment& attachment);
    void give_back(const Attachment& attachment);

    Desired& desired_;
    Store& store_;
    Host& host_;
    std::map<std::string, std::multiset<Mac>> macs_; // by network
};

} // namespace pontoon
