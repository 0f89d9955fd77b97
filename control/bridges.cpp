#include "control/bridges.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "control/bridge_options.hpp"
#include "control/compile.hpp"
#include "control/refused.hpp"
#include "control/undo.hpp"
#include "control/uplink_state.hpp"

namespace pontoon {

namespace {

constexpr const char* kDriver = "bridge";

bool is_bridge(const NetworkRecord& network) {
    return network.driver == kDriver && !network.config_only;
}

} // namespace

Bridges::Bridges(Desired& desired, Store& store, Host& host) : desired_(desired), store_(store), host_(host) {
    for (const auto& name : store.host_interfaces()) {
        left_.insert(name);
    }
}

void Bridges::add(const NetworkRecord& network) {
    if (!is_bridge(network)) {
        return;
    }
    const auto name = host_interface(network);
    if (const auto other = names_.find(name); other != names_.end()) {
        throw Refused(Refused::Why::forbidden, "cannot create network " + network.id + " (" + name +
                                                   "): conflicts with network " + other->second + " (" + name +
                                                   "): networks have same bridge name");
    }
    const auto compiled = compile(network);
    if (desired_.uplink) {
        check_apart(*desired_.uplink, {compiled});
    }
    const auto options = parse_bridge_options(network.options, network.internal);
    Undo undo;
    const bool left = left_.contains(name);
    store_.put_host_interface(name);
    undo.later([&] { store_.erase_host_interface(name); });
    host_.make_host_interface(name, compiled, network.gateway && !options.inhibit_ipv4, left);
    undo.keep();
    left_.erase(name);
    interfaces_[network.id] = name;
    names_[name] = network.id;
}

void Bridges::remove(const NetworkRecord& network) {
    const auto found = interfaces_.find(network.id);
    if (found == interfaces_.end()) {
        return;
    }
    const auto name = found->second;
    host_.remove_host_interface(name);
    store_.erase_host_interface(name);
    interfaces_.erase(found);
    names_.erase(name);
}

void Bridges::use(const NetworkRecord& network) {
    if (!is_bridge(network) || desired_.network(network.name) != nullptr) {
        return;
    }
    if (!interfaces_.contains(network.id)) { // when the daemon started something was in the way
        add(network);
    }
    auto compiled = compile(network);
    if (desired_.uplink) {
        check_apart(*desired_.uplink, {compiled});
    }
    if (!compiled.host_port.empty()) {
        host_.plug_host(interfaces_.at(network.id), compiled);
    }
    desired_.networks.push_back(std::move(compiled));
}

void Bridges::release(const NetworkRecord& network) {
    const auto found = std::ranges::find(desired_.networks, network.name, &Network::name);
    if (found == desired_.networks.end()) {
        return;
    }
    const std::string port = found->host_port;
    desired_.networks.erase(found);
    host_.withdraw(desired_, {port}, {});
}

void Bridges::remove_strange() {
    for (const auto& name : left_) {
        spdlog::info("{} is removed: its network is no longer there", name);
        host_.remove_host_interface(name);
        store_.erase_host_interface(name);
    }
    left_.clear();
}

void Bridges::remove_all() noexcept {
    for (const auto& [name, id] : names_) {
        try {
            host_.remove_host_interface(name);
            store_.erase_host_interface(name);
        } catch (const std::exception& error) {
            spdlog::error("{}: {}", name, error.what());
        }
    }
    names_.clear();
    interfaces_.clear();
}

} // namespace pontoon
