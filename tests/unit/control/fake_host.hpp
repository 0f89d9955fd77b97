// A machine that does nothing but remember, and fails where it is told to.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/host.hpp"

namespace pontoon {

class FakeHost : public Host {
public:
    std::map<std::string, NetNs::Id> namespaces{{"/ns/a", {1, 10}}, {"/ns/b", {1, 11}}};
    std::map<std::string, std::string> interfaces; // by endpoint: "eth0 in /ns/a"
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
    void publish(const Config& next) override {
        step("publish");
        config = next;
    }
    void withdraw(const Config& next, const std::string&) override {
        step("withdraw");
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
