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

struct Plan {
    static constexpr std::uint16_t kNoDomain = 0xffff;

    struct Slot {
        AttachedPort* attachment = nullptr; // null for a number that no port has
        std::uint16_t domain = kNoDomain;
        bool uplink = false;
        bool names = false;      // answers questions for names (kNamesPort)
        Zone zone = kUplinkZone; // of the network
        std::uint64_t joined =
            0; // the generation since which it has been in this domain, or the uplink, without a break
    };

    using Fdbs = std::vector<std::unique_ptr<Fdb>>; // by worker
    // A network and its tables, shared by all plans in which it is the same.
    struct Domain {
        std::shared_ptr<const BridgeDomain> bridge;
        std::shared_ptr<const Fdbs> fdbs;
        std::uint64_t revision = 0; // the generation that last changed `bridge`
    };

    std::uint64_t generation = 0;
    std::vector<Slot> ports; // by PortId
    std::vector<Domain> domains;
    std::vector<std::uint16_t> domain_of; // by zone
    Routing routing;
    std::vector<std::vector<PortId>> owned; // by worker
    std::vector<std::shared_ptr<AttachedPort>> attachments;

    [[nodiscard]] bool has_port(PortId id) const { return id < ports.size() && ports[id].attachment != nullptr; }
    // Whether packets that come in there may be for the router.
    [[nodiscard]] bool routes(PortId id) const {
        return has_port(id) && (ports[id].domain != kNoDomain || (ports[id].uplink && routing.uplink));
    }
};

} // namespace pontoon
