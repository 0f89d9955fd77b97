// How changes of the configuration become plans: names become numbers, and what stays keeps its number and its tables.
//
// A plan is made of the one before, so a change costs what is different, and a copy of some flat arrays. Networks and
// endpoints that wait for a port, or for their network, are looked at again when it comes.
#pragma once

#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "dataplane/config_change.hpp"
#include "dataplane/plan.hpp"

namespace pontoon {

class Compiler {
public:
    using Ports = std::unordered_map<std::string, std::unique_ptr<AttachedPort>>;

    // `ports` are those that there are, at any time; `seed` is of the tables' hashes.
    Compiler(const Ports& ports, unsigned workers, std::uint64_t seed)
        : ports_(ports), random_(seed), workers_(workers) {}

    // A port is there, for the next plan.
    void attach(AttachedPort& port) { came_.push_back(&port); }
    // It goes, and the next plan will not name it. Whether the one before does.
    bool detach(const AttachedPort& port);

    struct Compiled {
        std::unique_ptr<Plan> plan;
        std::vector<std::shared_ptr<const void>> tables; // of the plan before and not of this one
    };
    // Makes the plan that follows `current`, the last one made. Throws std::runtime_error if it is too much of
    // something, and then nothing has changed.
    [[nodiscard]] Compiled compile(const Plan& current, const ConfigChange& change);

    [[nodiscard]] const ConfigByName& config() const { return config_; }
    [[nodiscard]] const std::unordered_map<std::string, Zone>& zones() const { return zones_; }

private:
    // An endpoint that takes part: in a network that there is, behind a port that there is.
    struct Member {
        Routing::Number number = 0;
        PortId port = kNoPort;
        Zone zone = kUplinkZone;
        Mac mac;
        Ipv4 ipv4;
    };
    // What plans name.
    struct Tables {
        std::shared_ptr<const BridgeDomain> bridge;
        std::shared_ptr<const Plan::Fdbs> fdbs;
    };
    struct Left {
        PortId id;
        unsigned worker;
        std::string name;
    };
    struct DomainDraft;
    struct Draft;

    [[nodiscard]] const AttachedPort* port_of(const std::string& name) const;
    [[nodiscard]] Zone zone_of(const Draft& draft, const std::string& network) const; // kUplinkZone: none
    [[nodiscard]] const Member* member(const Draft& draft, const std::string& endpoint) const;
    [[nodiscard]] std::set<std::string> affected(const ConfigChange& change) const;
    void make(Draft& draft, const ConfigChange& change) const;
    void change_ports(Draft& draft) const;
    void leave(Draft& draft, const std::string& endpoint) const;
    void join(Draft& draft, const std::string& endpoint) const;
    void publish(Draft& draft, std::set<std::string> endpoints, const ConfigChange& change) const;
    [[nodiscard]] bool are_ways_different(const ConfigChange& change) const;
    void set_ways(Draft& draft) const;
    void commit(Draft& draft, std::vector<std::shared_ptr<const void>>& last);
    // compiler_domains.cpp
    static void occupy(Draft& draft, PortId port, Zone zone);
    static void vacate(Draft& draft, PortId port);
    [[nodiscard]] static DomainDraft& domain(Draft& draft, Zone zone);
    [[nodiscard]] std::set<std::string> networks_at(const ConfigChange& change) const;
    void take_hosts(Draft& draft, const std::set<std::string>& networks) const;
    void set_networks(Draft& draft, const std::set<std::string>& networks) const;
    void set_links(Draft& draft) const;
    void finish_domains(Draft& draft) const;
    [[nodiscard]] std::shared_ptr<const Plan::Fdbs> make_fdbs(const BridgeDomain& domain) const;

    const Ports& ports_;
    mutable std::mt19937_64 random_;
    const unsigned workers_;
    ConfigByName config_;
    std::unordered_map<std::string, Zone> zones_;     // of networks
    std::unordered_map<std::string, Member> members_; // by endpoint
    std::vector<Tables> tables_;                      // by zone
    std::set<Zone> linked_;                           // where links are
    std::vector<AttachedPort*> came_;                 // since the last plan
    std::vector<Left> left_;
};

} // namespace pontoon
