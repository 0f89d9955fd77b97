// A machine that does nothing but remember, and fails where it is told to.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "control/host.hpp"
#include "control/refused.hpp"

namespace pontoon {

class FakeHost : public Host {
public:
    std::map<std::string, NetNs::Id> namespaces{{"/ns/a", {1, 10}}, {"/ns/b", {1, 11}}};
    std::map<std::string, std::string> interfaces;      // by endpoint: "eth0 in /ns/a"
    std::map<std::string, std::string> host_interfaces; // with their addresses
    std::set<std::string> foreign_interfaces;           // that somebody else made
    std::set<std::string> host_ports;                   // that are plugged
    std::map<pid_t, std::uint64_t> processes;           // when they began
    std::vector<std::pair<pid_t, int>> signals;
    std::map<std::string, std::string> routes; // by namespace: "172.17.0.1 by eth0"
    std::set<std::string> loopbacks;           // namespaces with one that is up
    Config config;
    std::set<std::uint16_t> held_ports;
    std::string failing; // the step that fails
    std::vector<std::string> steps;

    [[nodiscard]] NetNs::Id find(const Place& place) const override {
        const auto found = namespaces.find(path_of(place));
        if (found == namespaces.end()) {
            throw std::runtime_error(path_of(place) + ": cannot open the network namespace");
        }
        return found->second;
    }
    [[nodiscard]] std::string free_interface(const Place& place, const std::string& prefix,
                                             const std::set<std::string>& taken) const override {
        for (int i = 0;; ++i) {
            auto name = prefix + std::to_string(i);
            if (!taken.contains(name) && !has_interface(place, name)) {
                return name;
            }
        }
    }
    [[nodiscard]] bool has_interface(const Place& place, const std::string& name) const override {
        return std::ranges::any_of(interfaces,
                                   [&](const auto& entry) { return entry.second == name + " in " + path_of(place); });
    }
    void bring_up_loopback(const Place& place) override { loopbacks.insert(path_of(place)); }
    void set_default_route(const Place& place, const std::string& interface, Ipv4 gateway) override {
        step("route");
        routes[path_of(place)] = gateway.to_string() + " by " + interface;
    }
    void remove_default_route(const Place& place, const std::string&) override { routes.erase(path_of(place)); }
    [[nodiscard]] std::uint64_t process_start(pid_t pid) const override {
        const auto found = processes.find(pid);
        return found == processes.end() ? 0 : found->second;
    }
    void signal(pid_t pid, std::uint64_t start, int number) override {
        if (process_start(pid) == start) {
            signals.emplace_back(pid, number);
        }
    }
    void plug(const Attachment& attachment, const Network&) override {
        step("plug");
        interfaces[attachment.endpoint.name] = attachment.interface + " in " + path_of(attachment.place);
        if (attachment.default_gateway) {
            routes.try_emplace(path_of(attachment.place),
                               attachment.default_gateway->to_string() + " by " + attachment.interface);
        }
    }
    void unplug(const Attachment& attachment) override {
        step("unplug");
        const auto route = routes.find(path_of(attachment.place));
        if (route != routes.end() && route->second.ends_with(" by " + attachment.interface)) {
            routes.erase(route);
        }
        interfaces.erase(attachment.endpoint.name);
    }
    void make_host_interface(const std::string& interface, const Network& network, bool with_address,
                             bool take_over) override {
        step("make_host_interface");
        if (!take_over && (host_interfaces.contains(interface) || foreign_interfaces.contains(interface))) {
            throw Refused(Refused::Why::impossible, "existing interface " + interface + " is not a bridge");
        }
        host_interfaces[interface] =
            with_address ? network.gateway.to_string() + "/" + std::to_string(network.subnet.length) : "no address";
    }
    void remove_host_interface(const std::string& interface) override {
        step("remove_host_interface");
        host_interfaces.erase(interface);
    }
    void plug_host(const std::string& interface, const Network& network) override {
        step("plug_host");
        if (!host_interfaces.contains(interface)) {
            throw std::runtime_error(interface + " is not there");
        }
        host_ports.insert(network.host_port);
    }
    void publish(const Desired& desired, const std::vector<std::string>& changed) override {
        step("publish");
        follow(desired, changed);
    }
    void withdraw(const Desired& desired, const std::vector<std::string>& left,
                  const std::vector<std::string>& changed) override {
        step("withdraw");
        for (const auto& name : left) {
            host_ports.erase(name);
        }
        auto names = changed;
        names.insert(names.end(), left.begin(), left.end());
        follow(desired, names);
    }
    void publish_all(const Desired& desired) {
        std::vector<std::string> names;
        std::ranges::transform(desired.attachments, std::back_inserter(names),
                               [](const auto& one) { return one.first; });
        publish(desired, names);
    }
    void announce(const Attachment&) override { step("announce"); }
    [[nodiscard]] std::string held(const Publish& publish) const override {
        const auto in = [&](std::uint16_t port) {
            return publish.host_ports.first <= port && port <= publish.host_ports.last;
        };
        return std::ranges::any_of(held_ports, in) ? "address already in use" : "";
    }
    [[nodiscard]] std::vector<std::string> failed() const override { return {}; }
    [[nodiscard]] Stats stats() const override { return {}; }

private:
    // Nothing is different but what the caller told.
    void follow(const Desired& desired, const std::vector<std::string>& changed) {
        published_.apply(change_of(published_, desired, changed));
        config = to_config(desired);
        CHECK(difference(published_, config).empty());
    }
    [[nodiscard]] static std::string path_of(const Place& place) {
        return place.path.empty() ? "/proc/" + std::to_string(place.pid) : place.path;
    }
    void step(const std::string& name) {
        if (name == failing) {
            throw std::runtime_error(name + " fails");
        }
        steps.push_back(name);
    }

    ConfigByName published_;
};

} // namespace pontoon
