// Containers that begin and end.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "control/json_reader.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/containers.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr int kNotStarted = 128; // the exit code of what could not be started

const char* state_word(ContainerRecord::State state) {
    switch (state) {
    case ContainerRecord::State::created: return "created";
    case ContainerRecord::State::running: return "running";
    case ContainerRecord::State::exited: break;
    }
    return "exited";
}

const ContainerRecord& shared_target(const State& state, const ContainerRecord& container) {
    const auto key = shared_container(container.network_mode);
    const ContainerRecord* target = nullptr;
    try {
        target = &find_container(state, key);
    } catch (const Refused& refused) {
        throw Refused(Refused::Why::impossible,
                      std::string("joining network namespace of container: ") + refused.what());
    }
    if (target->id == container.id) {
        throw Refused(Refused::Why::impossible, "cannot join own network namespace");
    }
    if (!target->is_running()) {
        throw Refused(Refused::Why::conflict,
                      fmt::format("cannot join network namespace of a non running container: container {} is {}",
                                  target->name, state_word(target->state)));
    }
    return *target;
}

} // namespace

// The namespace that `place` leads to, which is one of the kind that the container asked for.
Place Containers::check_place(const ContainerRecord& container, Place place) const {
    const auto id_of = [this](const Place& one) {
        try {
            return host().find(one);
        } catch (const std::runtime_error& error) {
            throw Refused(Refused::Why::bad, error.what());
        }
    };
    place.id = id_of(place);
    if (container.foreign) {
        return place;
    }
    const bool is_hosts = place.id == id_of(Place{"/proc/self/ns/net", 0, {}});
    if (container.network_mode.starts_with("container:")) {
        if (place.id != shared_target(state_, container).place.id) {
            throw Refused(Refused::Why::bad, fmt::format("process {} is not in the network namespace of {}", place.pid,
                                                         shared_container(container.network_mode)));
        }
    } else if (is_hosts != (container.network_mode == "host")) {
        throw Refused(Refused::Why::bad,
                      fmt::format("process {} is {} the host's network namespace, and the network mode is {}",
                                  place.pid, is_hosts ? "in" : "not in", container.network_mode));
    }
    return place;
}

void Containers::begin(Change& change, const Place& place) {
    auto& after = change.after;
    after.place = check_place(after, place);
    if (!after.foreign) {
        after.pid = place.pid;
        after.pid_start = host().process_start(place.pid);
        if (after.pid_start == 0) {
            throw Refused(Refused::Why::bad, fmt::format("there is no process {}", place.pid));
        }
    }
    after.state = ContainerRecord::State::running;
    after.started = Time::now();
    after.finished = {};
    after.exit_code = 0;
    after.error.clear();
    check_links(after);
    if (after.network_mode != "host" && !after.network_mode.starts_with("container:")) {
        host().bring_up_loopback(after.place);
    }
    for (auto& endpoint : after.endpoints) {
        join(change, endpoint);
    }
    follow_gateway(change);
}

// P-045: it stays what it was, and remembers why.
void Containers::fail_start(const ContainerRecord& container, const std::string& why) {
    ContainerRecord failed = container;
    failed.error = why;
    failed.exit_code = kNotStarted;
    try {
        store().put(failed);
        put(failed);
    } catch (const std::exception& error) {
        spdlog::error("container {}: {}", container.name, error.what());
    }
}

const ContainerRecord& Containers::start(const std::string& key, const Place& place) {
    const ContainerRecord before = find_container(state_, key);
    if (before.is_running()) {
        throw Refused(Refused::Why::conflict, fmt::format("container {} is running already", before.name));
    }
    Change change{before, before, {}, {}, {}, false, {}};
    try {
        begin(change, place);
        const auto own = files(change.after);
        write_files(own, state_, change.after, settings_.files);
        std::filesystem::remove(own.exit);
        commit(change);
    } catch (const std::exception& error) {
        fail_start(before, error.what());
        throw;
    }
    tell(change.after, "start");
    renew_links_to(change.after);
    return *state_.containers.by_id(before.id);
}

void Containers::end(const ContainerRecord& container, int exit_code) {
    Change change{container, container, {}, {}, {}, false, {}};
    auto& after = change.after;
    for (auto& endpoint : after.endpoints) {
        leave(change, endpoint);
    }
    free_ports(change, container.bindings);
    after.bindings.clear();
    after.state = ContainerRecord::State::exited;
    after.finished = Time::now();
    after.exit_code = exit_code;
    after.pid = 0;
    after.pid_start = 0;
    after.place = {};
    change.erase = container.foreign; // nobody starts it again
    commit(change);
    tell(after, "die", {{"exitCode", std::to_string(exit_code)}});
}

void Containers::exited(const std::string& key, pid_t pid, int exit_code) {
    const ContainerRecord container = find_container(state_, key);
    if (!container.is_running() || container.foreign || (pid != 0 && pid != container.pid)) {
        return;
    }
    end(container, exit_code);
    spdlog::info("container {} has exited with {}", container.name, exit_code);
    if (container.auto_remove) {
        erase(container);
    }
}

} // namespace pontoon
