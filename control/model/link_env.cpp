#include "control/model/link_env.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "control/model/container_rules.hpp"

namespace pontoon {

namespace {

constexpr unsigned kMostPorts = 1024;

std::string upper(std::string_view text) {
    std::string big(text);
    std::ranges::transform(big, big.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return big;
}

std::string prefix_of(const std::string& alias) {
    auto prefix = upper(alias);
    std::ranges::replace(prefix, '-', '_');
    return prefix;
}

Ipv4 address_of(const ContainerRecord& container) {
    const auto found = std::ranges::find(container.endpoints, "bridge", &EndpointRecord::network);
    return found == container.endpoints.end() ? Ipv4{} : found->ipv4;
}

// Consecutive ports are told as a range too.
void add_range(Texts& env, const std::string& prefix, const ExposedPorts& exposed, const std::string& address) {
    const auto protocol = to_string(exposed.protocol);
    const auto name = fmt::format("{}_PORT_{}_{}", prefix, exposed.ports.first, upper(protocol));
    env.push_back(fmt::format("{}_START={}://{}:{}", name, protocol, address, exposed.ports.first));
    env.push_back(fmt::format("{}_PORT_START={}", name, exposed.ports.first));
    env.push_back(fmt::format("{}_END={}://{}:{}", name, protocol, address, exposed.ports.last));
    env.push_back(fmt::format("{}_PORT_END={}", name, exposed.ports.last));
}

void add_port(Texts& env, const std::string& prefix, unsigned port, std::string_view protocol,
              const std::string& address) {
    const auto name = fmt::format("{}_PORT_{}_{}", prefix, port, upper(protocol));
    env.push_back(fmt::format("{}={}://{}:{}", name, protocol, address, port));
    env.push_back(fmt::format("{}_ADDR={}", name, address));
    env.push_back(fmt::format("{}_PORT={}", name, port));
    env.push_back(fmt::format("{}_PROTO={}", name, protocol));
}

void add_ports(Texts& env, const std::string& prefix, const ContainerRecord& target) {
    const auto address = address_of(target).to_string();
    unsigned told = 0;
    for (const auto& exposed : exposed_ports(target)) { // tcp first, the lowest first
        const auto protocol = to_string(exposed.protocol);
        if (told == 0) {
            env.push_back(fmt::format("{}_PORT={}://{}:{}", prefix, protocol, address, exposed.ports.first));
        }
        if (exposed.ports.size() > 1) {
            add_range(env, prefix, exposed, address);
        }
        for (unsigned port = exposed.ports.first; port <= exposed.ports.last && told < kMostPorts; ++port, ++told) {
            add_port(env, prefix, port, protocol, address);
        }
    }
}

} // namespace

Texts link_env(const State& state, const ContainerRecord& container) {
    Texts env;
    for (const auto& link : container.links) {
        const auto* target = state.containers.by_id(link.container);
        if (target == nullptr) {
            continue;
        }
        const auto prefix = prefix_of(link.alias);
        add_ports(env, prefix, *target);
        env.push_back(fmt::format("{}_NAME=/{}/{}", prefix, container.name, link.alias));
        for (const auto& variable : target->env) {
            if (!variable.starts_with("HOME=") && !variable.starts_with("PATH=")) {
                env.push_back(fmt::format("{}_ENV_{}", prefix, variable));
            }
        }
    }
    return env;
}

} // namespace pontoon
