// What the control plane remembers of networks and containers, as plain values with Docker's meaning. The docker API
// shows them, the store keeps them, and control/compile makes a Config of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "control/model/time.hpp"
#include "control/publish_spec.hpp"
#include "dataplane/config.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

using Texts = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

// One entry of IPAM.Config, as asked for.
struct IpamPool {
    std::optional<Prefix4> subnet;
    std::optional<Prefix4> ip_range;
    std::optional<Ipv4> gateway;
    std::map<std::string, Ipv4> auxiliary;

    friend bool operator==(const IpamPool&, const IpamPool&) = default;
};

struct NetworkRecord {
    std::string id; // 64 hexadecimal digits
    std::string name;
    Time created;
    std::string driver = "bridge"; // or host, null
    bool internal = false;
    bool attachable = false;
    bool config_only = false;
    bool from_topology = false; // of the daemon's --topology file, which may take it away again
    std::string config_from;    // a name
    std::string ipam_driver = "default";
    std::optional<TextMap> ipam_options;
    std::vector<IpamPool> pools; // as asked for
    TextMap options;
    TextMap labels;
    // Chosen or asked for; a bridge network that is not config-only has a subnet.
    std::optional<Prefix4> subnet;
    std::optional<Ipv4> gateway;
    std::optional<Mac> gateway_mac; // told by the topology file; nothing: made of the gateway's address

    friend bool operator==(const NetworkRecord&, const NetworkRecord&) = default;
};

// A container's place in a network: what was asked for, which outlives a stop, and what it has while it runs.
struct EndpointRecord {
    std::string network;    // its name as told or, once it is known, its name
    std::string network_id; // empty: not known yet
    std::optional<Ipv4> wanted_ipv4;
    std::optional<Mac> wanted_mac;
    Texts aliases;
    Texts links; // "c2:alias", names that only this container knows (docker-behaviours L-010)
    TextMap driver_options;
    std::int32_t gw_priority = 0;
    // While it is attached; `id` is empty otherwise. 64 hexadecimal digits.
    std::string id;
    Ipv4 ipv4;
    Mac mac;
    std::string interface;
    AttachKind kind = AttachKind::tap;
    // Its name in the Config: endpoint_name() of when it was attached. Empty where the switch has none (host, none).
    std::string attachment;

    [[nodiscard]] bool is_attached() const { return !id.empty(); }
    friend bool operator==(const EndpointRecord&, const EndpointRecord&) = default;
};

// Ports that a container says it serves: EXPOSE, --expose.
struct ExposedPorts {
    PortRange ports;
    Transport protocol = Transport::tcp;

    friend bool operator==(const ExposedPorts&, const ExposedPorts&) = default;
};

// A --link on the default bridge (L-001): another container under a name.
struct LegacyLink {
    std::string container; // its id
    std::string alias;

    friend bool operator==(const LegacyLink&, const LegacyLink&) = default;
};

struct ContainerRecord {
    enum class State { created, running, exited };

    std::string id; // 64 hexadecimal digits
    std::string name;
    Time created;
    bool foreign = false; // a namespace that others made: `pontoon attach`
    bool auto_remove = false;

    std::string hostname;
    std::string domainname;
    Texts command;
    Texts env; // NAME=VALUE
    std::string working_dir;
    TextMap labels;

    std::string network_mode = "bridge";   // a network's name, "host", "none" or "container:ID"
    std::vector<EndpointRecord> endpoints; // in the order they were asked for
    std::vector<PublishSpec> publish;      // -p
    bool publish_all = false;              // -P
    std::vector<ExposedPorts> exposed;
    std::vector<LegacyLink> links;
    Texts extra_hosts; // NAME:ADDRESS, host-gateway left as told
    Texts dns;
    Texts dns_search;
    Texts dns_options;

    State state = State::created;
    std::int64_t pid = 0;          // of the first process, as the daemon sees it; 0 unless it runs
    std::uint64_t pid_start = 0;   // its start in clock ticks since boot: tells it from a later one of the same number
    Place place;                   // where its interfaces are while it runs
    std::vector<Publish> bindings; // while it runs: what `publish` and `publish_all` became
    Time started;
    Time finished;
    int exit_code = 0;
    std::string error; // why it did not start

    [[nodiscard]] bool is_running() const { return state == State::running; }
    friend bool operator==(const ContainerRecord&, const ContainerRecord&) = default;
};

// The name of an endpoint in a Config: container and network, which no name has an '@' of to mix up (container names
// have none).
[[nodiscard]] inline std::string endpoint_name(const std::string& container, const std::string& network) {
    return container + "@" + network;
}

} // namespace pontoon
