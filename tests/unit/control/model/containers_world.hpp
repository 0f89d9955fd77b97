// Containers on a machine that only remembers: a default network 172.17.0.0/16, host, none, and what a test adds.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/spdlog.h>

#include "control/model/containers.hpp"
#include "control/publish_spec.hpp"
#include "control/refused.hpp"
#include "tests/unit/control/fake_host.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon {

struct ContainersWorld {
    // `found` changes the machine that the daemon finds.
    explicit ContainersWorld(const TempDir& dir, const std::function<void(FakeHost&)>& found = {})
        : store(dir.path()), directory(dir.path()) {
        spdlog::set_level(spdlog::level::off);
        if (found) {
            found(host);
        }
        host.namespaces["/proc/self/ns/net"] = {1, 1};
        for (const auto& record : store.networks()) {
            restore_network(record);
        }
        if (state.networks.empty()) {
            network("bridge", "172.17.0.0/16");
            network("host", "", "host");
            network("none", "", "null");
        }
        attachments = std::make_unique<Attachments>(desired, store, host);
        ContainerSettings settings;
        settings.directory = directory;
        settings.choice.range = {40000, 40009};
        containers =
            std::make_unique<Containers>(state, ipam, *attachments, bridges, names, events, std::move(settings));
        containers->restore();
        host.publish_all(desired);
        host.steps.clear();
        listening = events.subscribe([this](const Event& event) { told.push_back(event.type + " " + event.action); });
    }

    const NetworkRecord& network(const std::string& name, const std::string& subnet,
                                 const std::string& driver = "bridge", const TextMap& options = {},
                                 bool internal = false) {
        NetworkRecord record;
        record.id = new_id();
        record.name = name;
        record.driver = driver;
        record.options = options;
        record.internal = internal;
        if (driver == "bridge") {
            IpamPool pool;
            pool.subnet = *Prefix4::parse(subnet);
            record.pools = {pool};
            const auto chosen = ipam.add_network(record, "br-" + name, true, {});
            record.subnet = chosen.subnet;
            record.gateway = chosen.gateway;
            bridges.add(record);
        }
        store.put(record);
        return state.networks.put(record);
    }
    void restore_network(const NetworkRecord& record) {
        if (record.driver == "bridge") {
            ipam.restore_network(record, "br-" + record.name);
            bridges.add(record);
        }
        state.networks.put(record);
    }

    // A process with namespaces of its own, or the host's.
    Place process(pid_t pid, bool of_host = false) {
        host.processes[pid] = 1000 + static_cast<std::uint64_t>(pid);
        host.namespaces["/proc/" + std::to_string(pid)] =
            of_host ? NetNs::Id{1, 1} : NetNs::Id{1, static_cast<ino_t>(10000 + pid)};
        Place place;
        place.pid = pid;
        return place;
    }
    // The process and its namespaces are gone.
    void die(pid_t pid) {
        host.processes.erase(pid);
        host.namespaces.erase("/proc/" + std::to_string(pid));
    }

    static EndpointRecord in(const std::string& network) {
        EndpointRecord endpoint;
        endpoint.network = network;
        return endpoint;
    }
    static ContainerRecord asked(const std::string& name, const std::vector<std::string>& networks = {"bridge"},
                                 const std::vector<std::string>& publish = {}) {
        ContainerRecord request;
        request.name = name;
        request.network_mode = networks.front();
        std::ranges::transform(networks, std::back_inserter(request.endpoints), in);
        std::ranges::transform(publish, std::back_inserter(request.publish), parse_publish_spec);
        return request;
    }
    // Created and started.
    const ContainerRecord& run(const ContainerRecord& request) {
        const auto name = containers->create(request).name;
        return containers->start(name, process(++last_pid));
    }
    const ContainerRecord& run(const std::string& name, const std::vector<std::string>& networks = {"bridge"},
                               const std::vector<std::string>& publish = {}) {
        return run(asked(name, networks, publish));
    }

    [[nodiscard]] const ContainerRecord& at(const std::string& name) const { return *state.containers.by_name(name); }
    [[nodiscard]] const EndpointRecord& endpoint(const std::string& name, const std::string& network) const {
        const auto& endpoints = at(name).endpoints;
        return *std::ranges::find(endpoints, network, &EndpointRecord::network);
    }
    [[nodiscard]] std::string address(const std::string& name, const std::string& network = "bridge") const {
        return endpoint(name, network).ipv4.to_string();
    }
    [[nodiscard]] std::string route(const std::string& name) const {
        const auto found = host.routes.find("/proc/" + std::to_string(at(name).pid));
        return found == host.routes.end() ? "" : found->second;
    }
    // "0.0.0.0:8080->80/tcp at a@bridge", in the order of the Config.
    [[nodiscard]] std::vector<std::string> published() const {
        std::vector<std::string> all;
        for (const auto& publish : host.config.publishes) {
            all.push_back(to_arrow(publish) + " at " + publish.endpoint);
        }
        return all;
    }
    // What it throws, or "".
    template <typename Work>
    static std::string error_of(Work&& work) {
        try {
            work();
            return "";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    template <typename Work>
    static std::optional<Refused::Why> why_of(Work&& work) {
        try {
            work();
            return std::nullopt;
        } catch (const Refused& refused) {
            return refused.why();
        }
    }

    FakeHost host;
    Store store;
    std::filesystem::path directory;
    Desired desired;
    State state;
    Ipam ipam;
    Names names;
    Events events;
    Bridges bridges{desired, store, host};
    std::unique_ptr<Attachments> attachments;
    std::unique_ptr<Containers> containers;
    Events::Subscription listening;
    std::vector<std::string> told;
    pid_t last_pid = 100;
};

inline std::vector<PublishSpec> specs(const std::vector<std::string>& texts) {
    std::vector<PublishSpec> all;
    std::ranges::transform(texts, std::back_inserter(all), parse_publish_spec);
    return all;
}

} // namespace pontoon
