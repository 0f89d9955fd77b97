// What one worker does with packets that leave their network, come from outside, or are for the host: NAT, published
// ports, routing and the isolation of networks, as the iptables rules of a Docker host do it.
//
// A packet of a known flow is translated and sent by what its half says (`pass`). All others take the long way
// (`route`), which knows of fragments, ICMP errors, flows of other workers, and finds out whether a new flow may be
// (`establish`). A half is good for one epoch: after a change of the configuration each flow is looked at again, with
// its next packet or by `purge`, and keeps its translation if that is still lawful.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "dataplane/bridge/neighbors.hpp"
#include "dataplane/flow/apply.hpp"
#include "dataplane/flow/table.hpp"
#include "dataplane/ip/error_limit.hpp"
#include "dataplane/ip/fragments.hpp"
#include "dataplane/ip/keyed_hash.hpp"
#include "dataplane/observe/counters.hpp"
#include "dataplane/observe/trace.hpp"
#include "dataplane/outbox.hpp"
#include "dataplane/plan.hpp"
#include "dataplane/route/exhausted.hpp"
#include "dataplane/route/saved.hpp"
#include "dataplane/route/way.hpp"

struct rte_mempool;

namespace pontoon {

class Router {
public:
    struct Options {
        unsigned worker = 0;
        std::uint64_t seed = 1;
        std::uint64_t nat_secret = 1; // see Engine::Options
        std::uint32_t flows = 1 << 20;
        std::atomic<std::uint32_t>* all_flows = nullptr; // of all workers together
        rte_mempool* pool = nullptr;                     // see Engine::Options
    };

    // Where a packet came in.
    struct Origin {
        PortId port;
        Zone zone;
    };

    Router(const Options& options, Outbox& outbox, TotalCounters& totals);

    // From now on `plan` holds; all flows have to be looked at again.
    void adopt(const Plan& plan);
    // Everything from now on happens at `now`.
    void set_time(Nanoseconds now) {
        now_ = now;
        tick_ = flow_tick_of(now);
    }

    // From now on tells `trace` about packets that take the long way, or nobody if null.
    void set_trace(Trace* trace) { trace_ = trace; }

    // Reads the key of a packet's flow and starts to fetch its bucket, if the packet is `common`.
    [[gnu::always_inline]] inline void look_ahead(Packet& packet, bool common, Zone zone) const;
    // Starts to fetch the half that the bucket names; if it names none, what a new flow will need.
    [[gnu::always_inline]] inline void look_further(Packet& packet, Zone zone) const;

    // Translates a packet of a known flow that needs nothing else, and returns the port it leaves by. kNoPort: nothing
    // was changed, take `route`.
    [[nodiscard, gnu::always_inline]] inline PortId pass(const Packet& packet, Zone zone);

    // An IPv4 packet without fault or tag that is for the router.
    [[nodiscard]] Verdict route(Packet& packet, const Origin& from);
    // A piece of a fragmented packet whose ports another worker has found out.
    [[nodiscard]] Verdict route_piece(Packet& packet, const Origin& from, FlowPorts ports);
    // A piece that waited for the first one of its packet, which was routed just now, and its ports.
    struct Released {
        FragmentTable::Piece piece;
        FlowPorts ports;
        Zone zone;
    };
    [[nodiscard]] std::optional<Released> take_released();

    // A frame without fault from the port where names are answered.
    [[nodiscard]] Verdict answer_names(Packet& packet);

    // A frame from the uplink that is no IPv4 packet for us.
    [[nodiscard]] Verdict at_uplink(Packet& packet);
    // A packet that is ready but for the MACs: another worker does not know this neighbour.
    void deliver(rte_mbuf* mbuf, Ipv4 next_hop);
    // Another worker says where a neighbour is.
    void learn_neighbor(Ipv4 address, Mac mac);

    // What the next daemon has to know of a flow.
    [[nodiscard]] SavedFlow saved(FlowId flow) const;
    // Enters a flow that a daemon before this one had, whoever says so, if the configuration allows it and it is not
    // over. Zones and ports are those of the plan.
    bool restore(const SavedFlow& saved);

    // Looks at some flows that a change of the configuration may have made unlawful. True while there are more.
    bool purge();
    // Lets go what is over time: some flows, by how much time has passed since the last call; fragments; neighbours.
    void expire(Nanoseconds passed);
    // The same for all flows at once, so that the counters are exact.
    void expire_all();

    [[nodiscard]] const FlowCounters& counters() const { return counters_; }
    [[nodiscard]] std::size_t packets_held() const { return neighbors_.held() + fragments_.held(); }
    // Calls `visit(half)` for the first half of each flow.
    template <typename Visit>
    void for_each_flow(Visit visit) const {
        for (FlowId id = 0; id < table_.end(); ++id) {
            if (table_.flow(id).kind != Flow::Kind::free) {
                visit(table_.flow(id), table_.half(2 * id), table_.half(2 * id + 1));
            }
        }
    }
    // Calls `visit(saved)` for each flow that can be handed on: those between endpoints and the world or each other.
    template <typename Visit>
    void save_flows(Visit visit) const {
        for (FlowId id = 0; id < table_.end(); ++id) {
            if (table_.flow(id).kind != Flow::Kind::free && table_.flow(id).of_endpoint && !is_expired(id)) {
                visit(saved(id));
            }
        }
    }

private:
    [[nodiscard]] const Routing& routing() const { return plan_->routing; }

    [[nodiscard]] static bool has_host(const RoutedNetwork* network) {
        return network != nullptr && network->host_port != kNoPort;
    }
    [[nodiscard]] static bool is_sctp_piece(const Packet& packet) {
        return packet.fragment && packet.protocol == protocol::kSctp;
    }
    // A segment that needs no more than that the connection is carried on.
    [[nodiscard]] bool follow_tcp(const Packet& packet);
    // router.cpp
    [[nodiscard]] Verdict route_whole(Packet& packet, const Origin& from, const std::optional<FlowPorts>& ports);
    [[nodiscard]] Verdict route_fragment(Packet& packet, const Origin& from);
    [[nodiscard]] Verdict hand_over(const Packet& packet, const Origin& from, unsigned worker,
                                    const std::optional<FlowPorts>& ports);
    [[nodiscard]] unsigned owner_of(Ipv4 destination, be16 port, std::uint8_t protocol, const Origin& from) const;
    void note_flow(HalfId half, bool fresh, bool error) const;
    [[nodiscard]] HalfId find(const FlowKey& key) { return find(key, table_.hash_of(key)); }
    [[nodiscard]] HalfId find(const FlowKey& key, std::uint64_t hash);
    [[nodiscard]] Verdict forward(Packet& packet, const Origin& from, HalfId half);
    [[nodiscard]] Verdict forward_by(Packet& packet, const Origin& from, const Half& half);
    [[nodiscard]] Verdict send(Packet& packet, Neighbors::Id to);

    // names.cpp
    [[nodiscard]] bool asks_names(const FlowKey& key) const;
    void allow_pieces(Packet& packet);
    [[nodiscard]] Verdict to_names(Packet& packet, const FlowKey& key, const Origin& from) const;

    // keep.cpp
    [[nodiscard]] bool may_have_port(const SavedFlow& saved) const;
    [[nodiscard]] FlowId enter(const SavedFlow& saved);

    // track.cpp
    [[nodiscard]] Reason track(const Packet& packet, HalfId half);
    [[nodiscard]] Reason begin_track(const Packet& packet, Flow& flow) const;
    void begin_timers(FlowId flow);
    void see_udp(HalfId half);
    void set_expiry(FlowId flow, std::uint32_t seconds);
    [[nodiscard]] bool is_expired(FlowId flow) const;

    // establish.cpp
    [[nodiscard]] Verdict establish(Packet& packet, const FlowKey& key, const Origin& from, bool has_ports);
    [[nodiscard]] Verdict at_host(Packet& packet, const FlowKey& key, const Origin& from, bool has_ports);
    [[nodiscard]] Verdict to_host_port(const FlowKey& key, const RoutedNetwork& network) const;
    [[nodiscard]] Reason begin(const Packet& packet, const FlowKey& key, const Origin& from, Way& way, FlowId& flow);
    [[nodiscard]] Reason insert(const FlowKey& key, Way& way, const Flow& begun, FlowId& flow);
    [[nodiscard]] Reason admit(PortId owner);
    void foresee(const Packet& packet, Zone zone) const;
    [[nodiscard]] bool choose_tuple(const FlowKey& key, Way& way);
    // The NAT ports of this worker, by number.
    struct OwnPorts {
        unsigned first;
        unsigned count;
    };
    [[nodiscard]] OwnPorts own_ports() const;
    [[nodiscard]] unsigned start_of(const FlowKey& inside, Ipv4 address, const OwnPorts& own) const;
    [[nodiscard]] bool choose_port(Way& way);
    [[nodiscard]] bool is_published(const Way& way) const;
    [[nodiscard]] bool is_free(Way& way);
    void erase(FlowId flow);

    // resume.cpp
    [[nodiscard]] std::optional<FlowKey> resumed_key(const Packet& packet, const FlowKey& key) const;
    [[nodiscard]] Verdict resume(Packet& packet, const FlowKey& key, const Origin& from);

    // way.cpp
    [[nodiscard]] Reason find_way(const FlowKey& key, const Origin& from, const std::optional<Routing::Target>& target,
                                  Way& way) const;
    [[nodiscard]] Reason way_out(const FlowKey& key, const RoutedNetwork& network, Way& way) const;
    [[nodiscard]] Reason way_to(const Routing::Target& target, const FlowKey& key, Way& way) const;

    // lawful.cpp
    [[nodiscard]] bool is_lawful(FlowId flow) const;
    [[nodiscard]] bool is_lawful_way_out(const Flow& flow, const FlowKey& key, const FlowKey& translated) const;
    [[nodiscard]] bool is_lawful_publish(const Flow& flow, const FlowKey& key, const FlowKey& translated) const;
    [[nodiscard]] bool stays(PortId port, Zone zone) const;
    [[nodiscard]] bool renew(FlowId flow);
    [[nodiscard]] bool compile(FlowId flow, const RoutedEndpoint* client = nullptr,
                               const RoutedEndpoint* server = nullptr);
    [[nodiscard]] Neighbors::Id id_of(const RoutedEndpoint& endpoint) const {
        return static_cast<Neighbors::Id>(&endpoint - routing().endpoints.data());
    }
    void meet(Routing::Number number);
    [[nodiscard]] bool may_forget_neighbors();
    [[nodiscard]] Neighbors::Id adjacency_to(Ipv4 destination, Zone zone);
    void begin_epoch();
    void forget_pieces();
    void sweep_pieces(std::size_t sets);
    [[nodiscard]] bool has_leapt();
    void expire_range(FlowId first, FlowId last);
    void remember_station(const Packet& packet, const Origin& from, const FlowKey& key);

    // errors.cpp
    [[nodiscard]] Verdict route_error(Packet& packet, const Origin& from);
    [[nodiscard]] Verdict unrelated(Packet& packet, const Origin& from);
    [[nodiscard]] Verdict refuse(Packet& packet, const Origin& from, Reason reason, std::uint8_t type,
                                 std::uint8_t code, std::uint32_t rest = 0);
    [[nodiscard]] Verdict send_split(Packet& packet, Neighbors::Id to, std::uint16_t mtu);
    [[nodiscard]] Verdict send_smaller(Packet& packet, Neighbors::Id to, std::uint16_t mtu);
    [[nodiscard]] unsigned emit_split(const Packet& packet, Neighbors::Id to, std::uint16_t mtu);

    // uplink.cpp
    [[nodiscard]] AttachedPort* uplink_port() const;
    [[nodiscard]] Verdict send_unresolved(rte_mbuf* mbuf, Neighbors::Id to);
    void transmit(rte_mbuf* mbuf, PortId port);
    void emit(rte_mbuf* mbuf, Neighbors::Id to);
    void ask(Neighbors::Id id, rte_mempool* pool, Mac destination);
    void learn_and_tell(Ipv4 address, Mac mac);
    void resume(rte_mbuf* mbuf) const;
    void discard_held(rte_mbuf* mbuf, PortId in, Reason reason);
    void release(Neighbors::Id id);
    void look_after_neighbors();

    const Options options_;
    Outbox& outbox_;
    Trace* trace_ = nullptr;
    TotalCounters& totals_;
    const Plan* plan_ = nullptr;
    Nanoseconds now_ = 0;
    Nanoseconds expired_ = 0; // when flows were last looked at for their age
    Nanoseconds forgot_ = 0;  // when neighbours were last forgotten for others
    FlowTick tick_ = 0;
    std::uint32_t epoch_ = 0;
    FlowTable table_;
    Neighbors neighbors_;
    FragmentTable fragments_;
    ErrorLimit error_limit_;
    Exhausted exhausted_;
    FlowCounters counters_;
    std::unique_ptr<std::uint32_t[]> flows_of_; // by port of the container
    const KeyedHash nat_port_;                  // where the search for a free one begins
    FlowId purged_ = 0;                         // where `purge` goes on
    std::uint64_t adopted_ = 0;                 // generation of the plan
    std::uint64_t previous_ = 0;                // and of the one before
    std::uint64_t purged_since_ = 0;            // the generation that all flows were lawful in
    std::uint64_t since_ = 0;                   // when a flow that is looked at was last found lawful
    FlowId swept_ = 0;
    std::uint16_t names_id_ = 0; // the last IPv4 identification of an answer that had to be split
    std::optional<FlowPorts> released_ports_;
    Zone released_zone_ = kUplinkZone;
    rte_mempool* asking_pool_ = nullptr; // of the last packet that had to wait: where ARP requests come from
};

} // namespace pontoon

#include "dataplane/route/router_pass.hpp"
