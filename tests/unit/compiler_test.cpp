// Plans that follow each other beside plans that are made at once.
#include "dataplane/compiler.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "dataplane/bridge/neighbors.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/random_config.hpp"

namespace pontoon::compiler_test {

namespace {

constexpr unsigned kWorkers = 2;

// A plan in words: no numbers, so that two plans that mean the same are equal.
struct Meaning {
    struct Domain {
        std::tuple<Prefix4, Ipv4, Mac, bool, std::string> what; // and the host's port
        std::set<std::string> ports;
        std::multiset<std::pair<Mac, std::string>> statics;
        std::set<std::tuple<Ipv4, Ipv4, std::uint16_t>> links;
        std::tuple<bool, bool, std::uint16_t, bool> routed;

        friend bool operator==(const Domain&, const Domain&) = default;
    };
    struct Port {
        std::string network;
        bool uplink;
        bool names;
        unsigned worker;

        friend bool operator==(const Port&, const Port&) = default;
    };

    std::map<std::string, Domain> domains;
    std::map<std::string, Port> ports;
    std::map<Ipv4, std::tuple<Mac, std::string, std::string>> endpoints;
    std::map<std::uint16_t, Ipv4> published;
    std::set<std::pair<unsigned, std::string>> owned;
    std::tuple<std::optional<std::string>, std::optional<std::string>, std::vector<Ipv4>, std::uint32_t> around;

    friend bool operator==(const Meaning&, const Meaning&) = default;
};

std::string name_of(const Plan& plan, PortId id) {
    return id == kGatewayPort ? "gateway" : id == kNoPort ? "none" : plan.ports.at(id).attachment->name;
}

Meaning::Domain meaning_of(const Plan& plan, const BridgeDomain& bridge, Zone zone) {
    Meaning::Domain domain{
        {bridge.subnet, bridge.gateway, bridge.gateway_mac, bridge.icc, name_of(plan, bridge.host)}, {}, {}, {}, {}};
    for (const PortId id : bridge.ports) {
        REQUIRE(plan.ports.at(id).zone == zone);
        REQUIRE(domain.ports.insert(name_of(plan, id)).second);
    }
    for (const auto& entry : bridge.statics) {
        domain.statics.emplace(entry.mac, name_of(plan, entry.port));
    }
    REQUIRE(bridge.statics.back() ==
            Fdb::Static{bridge.gateway_mac, bridge.host == kNoPort ? kGatewayPort : bridge.host});
    for (const auto& link : bridge.links) {
        domain.links.emplace(link.from, link.to, link.ports.first);
    }
    const auto* const routed = plan.routing.network_in(zone);
    REQUIRE(routed != nullptr);
    domain.routed = {routed->internal, routed->names, routed->mtu, routed->host_port == bridge.host};
    return domain;
}

Meaning meaning_of(const Plan& plan) {
    Meaning meaning;
    for (Zone zone = 0; zone < plan.domains.size(); ++zone) {
        if (plan.has_network(zone)) {
            const BridgeDomain& bridge = *plan.domains[zone].bridge;
            meaning.domains.emplace(bridge.name, meaning_of(plan, bridge, zone));
        }
    }
    for (PortId id = 0; id < plan.ports.size(); ++id) {
        const auto& slot = plan.ports[id];
        if (slot.attachment != nullptr) {
            REQUIRE(slot.attachment->id == id);
            meaning.ports[slot.attachment->name] = {slot.in_network() ? plan.domains.at(slot.zone).bridge->name : "",
                                                    slot.uplink, slot.names, slot.attachment->worker};
        }
    }
    const auto& routing = plan.routing;
    for (const auto& endpoint : routing.endpoints) {
        if (endpoint.zone != kUplinkZone) {
            REQUIRE(routing.endpoint_at(endpoint.ipv4) == &endpoint);
            REQUIRE(endpoint.worker == plan.ports.at(endpoint.port).attachment->worker);
            meaning.endpoints[endpoint.ipv4] = {endpoint.mac, name_of(plan, endpoint.port),
                                                plan.domains.at(endpoint.zone).bridge->name};
        }
    }
    REQUIRE(meaning.endpoints.size() == routing.size());
    for (std::uint16_t port = 8000; port < 8010; ++port) {
        for (const auto& network : routing.networks) { // each gateway is an address of the host
            if (const auto target = routing.published_at(network.gateway, be16{port}, protocol::kUdp)) {
                meaning.published[port] = target->endpoint->ipv4;
            }
        }
    }
    for (unsigned worker = 0; worker < plan.owned.size(); ++worker) {
        REQUIRE(std::ranges::is_sorted(plan.owned[worker]));
        for (const PortId id : plan.owned[worker]) {
            REQUIRE(meaning.owned.emplace(worker, name_of(plan, id)).second);
        }
    }
    const auto named = [&](PortId id) { return id == kNoPort ? std::nullopt : std::optional(name_of(plan, id)); };
    meaning.around = {routing.uplink ? named(routing.uplink->port) : std::nullopt, named(routing.names_port),
                      routing.nat_addresses, routing.conntrack.udp_timeout};
    return meaning;
}

// Ports that come and go, and the compiler that hears of it.
class World {
public:
    explicit World(std::uint64_t seed) : random_(seed), plan_(std::make_unique<Plan>()) {
        for (const auto& name : RandomConfig::port_names()) {
            if (random_.dice().chance(70)) {
                attach(name);
            }
        }
        compile();
    }

    void step() {
        random_.change();
        for (unsigned times = random_.dice().below(3); times != 0; --times) {
            const auto name = random_.dice().pick(RandomConfig::port_names());
            if (!ports_.contains(name)) {
                attach(name);
            } else {
                compiler_.detach(*ports_.at(name));
                gone_.push_back(std::move(ports_.at(name))); // plans name it
                ports_.erase(name);
                if (random_.dice().chance(50)) {
                    attach(name); // at once again: another port
                }
            }
        }
        compile();
    }

    void check() const {
        Compiler at_once(ports_, kWorkers, 9);
        for (const auto& [name, port] : ports_) {
            at_once.attach(*port);
        }
        const auto other = at_once.compile(Plan(), difference(ConfigByName(), random_.config()));
        REQUIRE(meaning_of(*plan_) == meaning_of(*other.plan));
        check_tables();
    }

private:
    void attach(const std::string& name) {
        auto port = std::make_unique<AttachedPort>();
        port->name = name;
        port->id = ++last_id_;
        port->worker = last_id_ % kWorkers;
        compiler_.attach(*ports_.emplace(name, std::move(port)).first->second);
    }

    void compile() {
        auto next = compiler_.compile(*plan_, difference(compiler_.config(), random_.config()));
        check_step(*plan_, *next.plan);
        plan_ = std::move(next.plan);
        for (const auto& change : plan_->changes) {
            Fdb& fdb = *plan_->domains.at(change.zone).fdbs->front();
            const auto& statics = plan_->domains.at(change.zone).bridge->statics;
            if (change.new_tables) {
                fdb.configure(statics, [](PortId) { return false; });
            } else {
                fdb.change(change.gone, change.added, !change.left.empty(), [](PortId) { return true; });
            }
        }
    }

    // What a worker that comes from the plan before does not look at is as it was.
    static void check_step(const Plan& before, const Plan& after) {
        REQUIRE(after.generation == before.generation + 1);
        std::set<Zone> changed;
        for (const auto& change : after.changes) {
            REQUIRE(changed.insert(change.zone).second);
        }
        for (Zone zone = 0; zone < after.domains.size(); ++zone) {
            if (after.has_network(zone) && !changed.contains(zone)) {
                REQUIRE(after.domains[zone].bridge == before.domains.at(zone).bridge);
                REQUIRE(after.domains[zone].fdbs == before.domains[zone].fdbs);
            }
        }
        const std::set<PortId> changed_ports(after.changed_ports.begin(), after.changed_ports.end());
        for (PortId id = 0; id < after.ports.size(); ++id) {
            const auto now = after.ports[id];
            const auto was = id < before.ports.size() ? before.ports[id] : Plan::Slot();
            const bool same_port = now.attachment == was.attachment;
            REQUIRE((same_port || changed_ports.contains(id)));
            const bool stays = same_port && now.zone == was.zone;
            REQUIRE((now.attachment == nullptr || now.joined == (stays ? was.joined : after.generation)));
        }
        const std::set<Routing::Number> added(after.routing.added.begin(), after.routing.added.end());
        for (Routing::Number number = 0; number < after.routing.endpoints.size(); ++number) {
            const auto& now = after.routing.endpoints[number];
            if (now.zone == kUplinkZone || added.contains(number)) {
                continue;
            }
            const auto& was = before.routing.endpoints.at(number);
            REQUIRE((now.ipv4 == was.ipv4 && now.mac == was.mac && now.port == was.port && now.zone == was.zone));
            const auto& network = *after.routing.network_in(now.zone);
            const auto& network_before = *before.routing.network_in(now.zone);
            REQUIRE((network.mtu == network_before.mtu && network.gateway_mac == network_before.gateway_mac));
        }
    }

    void check_tables() const {
        for (const auto& domain : plan_->domains) {
            if (domain.bridge == nullptr) {
                continue;
            }
            const Fdb& fdb = *domain.fdbs->front();
            std::map<Mac, PortId> ports; // the last one counts
            for (const auto& entry : domain.bridge->statics) {
                ports[entry.mac] = entry.port;
            }
            for (const auto& [mac, port] : ports) {
                REQUIRE(fdb.find(fdb.key_of(mac.bits()), 0) == port);
            }
            REQUIRE(fdb.size(0) == ports.size()); // and nobody else's
        }
    }

    RandomConfig random_;
    Compiler::Ports ports_;
    std::vector<std::unique_ptr<AttachedPort>> gone_;
    Compiler compiler_{ports_, kWorkers, 1};
    std::unique_ptr<Plan> plan_;
    PortId last_id_ = 0;
};

} // namespace

TEST_CASE("a plan that was made of the one before is the one that is made at once") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        World world(seed);
        for (unsigned step = 0; step < steps(1500U); ++step) {
            INFO("seed " << seed << " step " << step);
            world.step();
            world.check();
        }
    }
}

TEST_CASE("what is too much changes nothing") {
    Compiler::Ports ports;
    auto port = std::make_unique<AttachedPort>();
    port->name = "p";
    port->id = 1;
    Compiler compiler(ports, 1, 1);
    compiler.attach(*ports.emplace("p", std::move(port)).first->second);
    Config config;
    config.networks = {{"n", {Ipv4{be32{0x0a000000}}, 8}, Ipv4{be32{0x0a000001}}, {}}};
    for (unsigned i = 0; i < Neighbors::kMostEndpoints; ++i) {
        const Ipv4 ipv4{be32{0x0a000002U + i}};
        config.endpoints.push_back({"e" + std::to_string(i), "n", ipv4, mac_of(ipv4), "p"});
    }
    const auto full = compiler.compile(Plan(), difference(compiler.config(), config));
    CHECK(full.plan->routing.size() == Neighbors::kMostEndpoints);
    ConfigChange one_more;
    one_more.endpoints = {{"x", Endpoint{"x", "n", Ipv4{be32{0x0b000000}}, {}, "p"}}};
    CHECK_THROWS_WITH(compiler.compile(*full.plan, one_more), "more than 65000 endpoints");
    CHECK(difference(compiler.config(), config).empty());
    one_more.endpoints.insert(one_more.endpoints.begin(), {"e7", std::nullopt}); // its number becomes free
    const auto next = compiler.compile(*full.plan, one_more);
    CHECK(next.plan->routing.endpoint_at(Ipv4{be32{0x0b000000}}) != nullptr);
    CHECK(next.plan->routing.endpoint_at(config.endpoints[7].ipv4) == nullptr);
    CHECK(next.plan->routing.endpoints.size() == Neighbors::kMostEndpoints);
}

} // namespace pontoon::compiler_test
