// A Config compiled to numbers: what workers look at. A plan never changes once published; the tables and queues it
// points to belong to one worker each.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/bridge/domain.hpp"
#include "dataplane/bridge/fdb.hpp"
#include "dataplane/observe/counters.hpp"
#include "dataplane/port/edge.hpp"
#include "dataplane/port/port.hpp"
#include "dataplane/route/routing.hpp"

namespace pontoon {

// A port and what its owner keeps about it. Only worker number `worker` touches it.
struct AttachedPort {
    std::string name;
    PortId id = kNoPort;
    std::uint64_t serial = 0; // from 1 on; no other attachment ever has it
    unsigned worker = 0;
    std::unique_ptr<Port> port;
    Edge edge;           // finishes what the port cannot do
    bool merges = false; // its TCP segments are put together (packet/merge.hpp)
    PortCounters counters;
    std::array<rte_mbuf*, Burst::kMax> queue{}; // to be transmitted at the end of the turn
    unsigned queued = 0;
};

// A plan is a copy of the one before with what has changed: flat, so that a copy costs little for each port.
struct Plan {
    struct Slot {
        AttachedPort* attachment = nullptr; // null for a number that no port has
        // The generation since which it has been in this network, or the uplink, without a break.
        std::uint64_t joined = 0;
        Zone zone = kUplinkZone;   // of its network; kUplinkZone: it is in none
        std::uint16_t members = 0; // how many endpoints are behind it, or the host
        bool uplink = false;
        bool names = false; // answers questions for names (kNamesPort)

        [[nodiscard]] bool in_network() const { return zone != kUplinkZone; }
    };

    using Fdbs = std::vector<std::unique_ptr<Fdb>>; // by worker
    // A network and its tables, in all plans in which it is the same.
    struct Domain {
        const BridgeDomain* bridge = nullptr; // null for a number that no network has
        const Fdbs* fdbs = nullptr;
        std::uint64_t revision = 0; // the generation that last changed it
    };
    // What is different in a network from the plan before.
    struct DomainChange {
        Zone zone = kUplinkZone;
        bool new_tables = false;        // which have nothing yet, and then the rest does not count
        std::vector<Fdb::Static> gone;  // of BridgeDomain::statics
        std::vector<Fdb::Static> added; // after that
        std::vector<PortId> left;       // ports
    };

    std::uint64_t generation = 0;
    std::vector<Slot> ports;     // by PortId
    std::vector<Domain> domains; // by zone
    // What is different from the plan before: networks, and the numbers that ports left or came to.
    std::vector<DomainChange> changes;
    std::vector<PortId> changed_ports;
    Routing routing;
    std::vector<std::vector<PortId>> owned; // by worker, sorted

    [[nodiscard]] bool has_port(PortId id) const { return id < ports.size() && ports[id].attachment != nullptr; }
    [[nodiscard]] bool has_network(Zone zone) const { return zone < domains.size() && domains[zone].bridge != nullptr; }
    // Whether packets that come in there may be for the router.
    [[nodiscard]] bool routes(PortId id) const {
        return has_port(id) && (ports[id].in_network() || (ports[id].uplink && routing.uplink));
    }
};

} // namespace pontoon
