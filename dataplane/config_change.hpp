// What is different between two Configs, so that a change of little costs little where there is much.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dataplane/config.hpp"

namespace pontoon {

// The part of a Config that nothing has a name in.
struct Surroundings {
    std::optional<Uplink> uplink;
    Conntrack conntrack;
    std::vector<Ipv4> host_addresses;

    friend bool operator==(const Surroundings&, const Surroundings&) = default;
};

// By name, what there is from now on; nothing: it is gone. What is not told stays as it was.
struct ConfigChange {
    template <typename Value>
    using Named = std::vector<std::pair<std::string, std::optional<Value>>>;

    Named<Network> networks;
    Named<Endpoint> endpoints;
    std::map<std::string, std::vector<Publish>> publishes; // by endpoint: all that it publishes
    std::optional<std::vector<Link>> links;                // all of them
    std::optional<Surroundings> surroundings;

    [[nodiscard]] bool empty() const {
        return networks.empty() && endpoints.empty() && publishes.empty() && !links && !surroundings;
    }
    friend bool operator==(const ConfigChange&, const ConfigChange&) = default;
};

// A Config whose parts are found by name. No name stands for two parts of a kind.
class ConfigByName {
public:
    // Makes the change, and returns what takes it back.
    ConfigChange apply(const ConfigChange& change);

    // Null where there is none.
    [[nodiscard]] const Network* network(const std::string& name) const;
    [[nodiscard]] const Endpoint* endpoint(const std::string& name) const;
    [[nodiscard]] const std::vector<Publish>& publishes_of(const std::string& endpoint) const; // none: empty
    // The network whose host_port this is; null: none.
    [[nodiscard]] const Network* network_of_host(const std::string& port) const;
    [[nodiscard]] const std::set<std::string>& endpoints_of(const std::string& network) const;
    [[nodiscard]] std::vector<std::string> endpoints_behind(const std::string& port) const;

    [[nodiscard]] const std::map<std::string, Network>& networks() const { return networks_; }
    [[nodiscard]] const std::unordered_map<std::string, Endpoint>& endpoints() const { return endpoints_; }
    [[nodiscard]] const std::map<std::string, std::vector<Publish>>& publishes() const { return publishes_; }
    [[nodiscard]] const std::vector<Link>& links() const { return links_; }
    [[nodiscard]] const Surroundings& surroundings() const { return surroundings_; }

    // As a Config without the endpoints that publish nothing, nor links: where ways lead to from outside of networks.
    [[nodiscard]] Config published() const;

private:
    void put(const std::string& name, const std::optional<Network>& network);
    void put(const std::string& name, const std::optional<Endpoint>& endpoint);

    using NamesBy = std::unordered_map<std::string, std::set<std::string>>;

    std::map<std::string, Network> networks_;
    std::unordered_map<std::string, Endpoint> endpoints_;
    std::map<std::string, std::vector<Publish>> publishes_; // by endpoint; none is empty
    std::vector<Link> links_;
    Surroundings surroundings_;
    std::unordered_map<std::string, std::string> networks_of_hosts_; // by host_port
    NamesBy of_networks_;                                            // endpoints by network
    NamesBy behind_ports_;                                           // endpoints that do not have a port of their own
};

// What makes `after` of `before`. It costs a look at all that there is.
[[nodiscard]] ConfigChange difference(const ConfigByName& before, const Config& after);

} // namespace pontoon
