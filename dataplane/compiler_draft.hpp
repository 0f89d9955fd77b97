// A plan while it is made, and what the compiler remembers of it if it comes to be.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dataplane/compiler.hpp"

namespace pontoon {

struct Compiler::DomainDraft {
    BridgeDomain bridge; // its statics without the gateway's
    Plan::DomainChange change;
    std::optional<Fdb::Static> gateway_before;
    bool gone = false;

    void add(const Fdb::Static& entry);
    void remove(const Fdb::Static& entry);
    void finish_statics();
};

struct Compiler::Draft {
    explicit Draft(const Plan& current) : before(current), plan(std::make_unique<Plan>(current)) {
        ++plan->generation;
        plan->changes.clear();
        plan->changed_ports.clear();
        plan->routing.added.clear();
    }

    const Plan& before;
    std::unique_ptr<Plan> plan;
    std::unordered_map<std::string, Zone> new_zones;
    std::unordered_set<std::string> gone_zones;
    std::unordered_map<std::string, Member> new_members;
    std::unordered_set<std::string> gone_members;
    std::vector<Routing::Number> numbers; // whose published ports are set anew
    std::map<Zone, DomainDraft> domains;  // that are different
    std::vector<std::pair<Zone, Tables>> tables;
    std::set<Zone> linked;
    std::set<PortId> moved; // ports that were put into a network or out of one
};

} // namespace pontoon
