// A machine that does nothing but remember, and fails where it is told to.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

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
    Config config;
    std::set<std::uint16_t> held_ports;
    std::string failing; // the step that fails
    std::vector<std::string> steps;

    [[nodiscard]] NetNs::Id find(const Place& place) const override {
        const auto found = namespaces.find(place.path);
        if (found == namespaces.end()) {
            throw std::runtime_error(place.path + ": cannot open the network namespace");
        }
        return found->second;
    }
    [[nodiscard]] std::string free_interface(const Place& place) const override {
        for (int i = 0;; ++i) {
            auto name = "eth" + std::to_string(i);
            const auto taken = [&](const auto& entry) { return entry.second == name + " in " + place.path; };
            if (std::ranges::none_of(interfaces, taken)) {
                return name;
            }
        }
    }
    void plug(const Attachment& attachment, const Network&) override {
        step("plug");
        interfaces[attachment.endpoint.name] = attachment.interface + " in " + attachment.place.path;
    }
    void unplug(const Attachment& attachment) override {
        step("unplug");
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
    void publish(const Config& next) override {
        step("publish");
        config = next;
    }
    void withdraw(const Config& next, const std::string& name) override {
        step("withdraw");
        host_ports.erase(name);
        config = next;
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
    void step(const std::string& name) {
        if (name == failing) {
            throw std::runtime_error(name + " fails");
        }
        steps.push_back(name);
    }
};

} // namespace pontoon
