// Containers and their places in networks: created, started, connected, published and gone (docker-behaviours sections
// 3, 5, 7.1, 8 and 9). The daemon starts no process: who runs one (`pontoon run`) tells it the first process's pid. All
// functions throw Refused with Docker's words and class, or std::runtime_error where something broke, and then have
// changed nothing.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/attachments.hpp"
#include "control/bridges.hpp"
#include "control/dns/names.hpp"
#include "control/files/container_files.hpp"
#include "control/ipam/ipam.hpp"
#include "control/model/events.hpp"
#include "control/model/gateway.hpp"
#include "control/model/state.hpp"
#include "control/published_ports.hpp"
#include "control/store.hpp"

namespace pontoon {

struct ContainerSettings {
    std::filesystem::path directory; // of the state
    AttachKind kind = AttachKind::tap;
    FreeChoice choice{}; // of ports
    FileSettings files{};
};

class Containers {
public:
    // `attachments` has the store, the host and the desired state.
    Containers(State& state, Ipam& ipam, Attachments& attachments, Bridges& bridges, Names& names, Events& events,
               ContainerSettings settings);

    // Takes over what the store has: containers whose process and namespace are still there go on with what they had,
    // the others have exited, and what was left half done is removed. After that, `Host::publish` puts it to use.
    void restore();

    // `request` is what was asked for: without id (chosen), created and state; links have what containers were called
    // by. Gives the new container, which is where it is until the next change.
    const ContainerRecord& create(ContainerRecord request);
    // Attaches it to its networks: `place` is its namespaces' first process.
    const ContainerRecord& start(const std::string& key, const Place& place);
    // It ended: its interfaces, addresses and ports are free, its settings stay unless it is removed by itself. Nothing
    // if it does not run, or runs as another process than `pid` (0: any).
    void exited(const std::string& key, pid_t pid, int exit_code);
    // A signal to its first process.
    void kill(const std::string& key, int signal);
    // It has ended because somebody asked for that.
    void tell_stopped(const std::string& id);
    void remove(const std::string& key, bool force);
    void rename(const std::string& key, const std::string& name);

    // A namespace that others made, with one endpoint: created and started in one.
    const ContainerRecord& attach(ContainerRecord request, const Place& place);
    // Only those.
    void detach(const std::string& name);

    // `settings` are what was asked for.
    void connect(const std::string& network, const std::string& container, EndpointRecord settings);
    void disconnect(const std::string& network, const std::string& container, bool force);
    // Takes away a legacy link, running or not.
    void unlink(const std::string& container, const std::string& alias);

    // Ports of a container, running or not. On a running one the change is live.
    const ContainerRecord& publish(const std::string& key, const std::vector<PublishSpec>& specs);
    const ContainerRecord& unpublish(const std::string& key, const std::vector<PublishSpec>& specs);

    // Foreign containers whose namespace is not where it was.
    void lose_gone();
    // The endpoint's device has gone by itself. Nothing if there is none of that name.
    void lose(const std::string& attachment, const std::string& why);
    // What who ran it wrote; 137, as of a process that was killed, if nobody did.
    [[nodiscard]] int exit_code_in_file(const ContainerRecord& container) const;

    [[nodiscard]] ContainerFiles files(const ContainerRecord& container) const {
        return files_of(settings_.directory, container.id);
    }
    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] AttachKind usual_kind() const { return settings_.kind; }

private:
    // What a running container becomes, and how.
    struct Change {
        ContainerRecord before;
        ContainerRecord after;
        AttachmentChange attachments;
        std::vector<EndpointRecord> joined;
        std::vector<EndpointRecord> left; // whose addresses are free when it is done
        bool erase = false;               // `after` is not kept: nobody will ask for it again
        Undo undo;                        // of networks, addresses and ports that were taken
    };

    [[nodiscard]] Store& store() const { return attachments_.store(); }
    [[nodiscard]] Host& host() const { return attachments_.host(); }
    void put(const ContainerRecord& record);
    void tell(const ContainerRecord& container, const std::string& action, TextMap attributes = {});
    void tell_network(const ContainerRecord& container, const EndpointRecord& endpoint, const std::string& action);
    void with_files(const std::function<void()>& write);

    // containers_create.cpp
    void check_name(const std::string& name) const;
    void join_main(ContainerRecord& request) const;
    void resolve_networks(ContainerRecord& request) const;
    void resolve_links(ContainerRecord& request) const;

    // containers_join.cpp
    [[nodiscard]] const NetworkRecord& network_of(const EndpointRecord& endpoint) const;
    [[nodiscard]] Ipv4 take_address(const ContainerRecord& container, const NetworkRecord& network,
                                    const EndpointRecord& endpoint);
    void join(Change& change, EndpointRecord& endpoint);
    [[nodiscard]] std::string choose_interface(const Change& change, const NetworkRecord& network,
                                               const EndpointRecord& endpoint) const;
    void leave(Change& change, EndpointRecord& endpoint) const;
    void commit(Change& change);
    void release(const std::string& network_id);

    // containers_ports.cpp
    void follow_gateway(Change& change);
    [[nodiscard]] static std::vector<PublishSpec> specs_of(const ContainerRecord& container);
    [[nodiscard]] std::vector<Publish> take_ports(const ContainerRecord& container, const EndpointRecord& endpoint,
                                                  const std::vector<PublishSpec>& specs, Undo& undo);
    void free_ports(Change& change, const std::vector<Publish>& ports);

    // containers_start.cpp
    [[nodiscard]] Place check_place(const ContainerRecord& container, Place place) const;
    void begin(Change& change, const Place& place);
    void end(const ContainerRecord& container, int exit_code);
    void fail_start(const ContainerRecord& container, const std::string& why);
    void erase(const ContainerRecord& container);

    // containers_links.cpp
    void check_links(const ContainerRecord& container) const;
    [[nodiscard]] bool links_matter() const;
    [[nodiscard]] std::vector<Link> links_with(const ContainerRecord* changed) const;
    void follow_links(Change& change);
    void restore_links();
    void renew_links_to(const ContainerRecord& container);

    // containers_restore.cpp
    void take_over(ContainerRecord container);
    void take_over_endpoint(const ContainerRecord& container, const EndpointRecord& endpoint, bool is_gateway);
    void take_over_ports(ContainerRecord& container);
    void give_up(ContainerRecord container, const std::string& why);
    void adopt(const Attachment& attachment);
    void restore_routes(const std::vector<NetNs::Id>& places);
    [[nodiscard]] std::string why_gone(const ContainerRecord& container) const;

    State& state_;
    Ipam& ipam_;
    Attachments& attachments_;
    Bridges& bridges_; // `use` before a network's first endpoint, `release` after its last
    Names& names_;
    Events& events_;
    ContainerSettings settings_;
    PublishedPorts ports_;
    std::vector<Link> base_links_;  // those of no container
    std::set<std::string> linking_; // ids of containers with legacy links
};

} // namespace pontoon
