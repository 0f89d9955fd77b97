#include "control/topology.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "control/json_reader.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

// Docker's: [a-zA-Z0-9][a-zA-Z0-9_.-]*. A name is also part of file names.
std::string read_name(const ObjectReader& from, std::string_view key) {
    const std::string name = from.text(key);
    const auto plain = [](unsigned char c) { return std::isalnum(c) != 0; };
    const auto allowed = [&](unsigned char c) { return plain(c) || c == '_' || c == '.' || c == '-'; };
    if (name.empty() || name.size() > 128 || !plain(static_cast<unsigned char>(name[0])) ||
        !std::ranges::all_of(name, allowed)) {
        from.fail(key, "\"" + shown(name) + "\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed");
    }
    return name;
}

Mac read_mac(const ObjectReader& from, Ipv4 owner) {
    const Mac mac = from.parsed<Mac>("mac", mac_of(owner));
    if (mac.is_group() || mac.is_zero()) {
        from.fail("mac", mac.to_string() + " is not the address of one station");
    }
    return mac;
}

// "80" or "8000-8010".
PortRange read_ports(const ObjectReader& from, std::string_view key) {
    const std::string text = from.text(key);
    const auto dash = text.find('-');
    const auto number = [&](std::string_view digits) {
        unsigned value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        const bool good = error == std::errc{} && end == digits.data() + digits.size() && value >= 1 && value <= 65535;
        return good ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
    };
    PortRange range;
    range.first = number(std::string_view(text).substr(0, dash));
    range.last = dash == std::string::npos ? range.first : number(std::string_view(text).substr(dash + 1));
    if (range.first == 0 || range.last < range.first) {
        from.fail(key, "\"" + shown(text) + "\" is not a port or a range of ports");
    }
    return range;
}

Transport read_protocol(const ObjectReader& from) {
    const std::string text = from.has("protocol") ? from.text("protocol") : "tcp";
    if (text == "tcp") {
        return Transport::tcp;
    }
    if (text == "udp") {
        return Transport::udp;
    }
    if (text != "sctp") {
        from.fail("protocol", "\"" + shown(text) + "\" is none of tcp, udp, sctp");
    }
    return Transport::sctp;
}

// Fails unless a host of `subnet` may have `address`.
void check_host(const ObjectReader& from, std::string_view key, Ipv4 address, const Prefix4& subnet,
                const std::string& owner) {
    if (!subnet.contains(address)) {
        from.fail(key, address.to_string() + " is outside " + subnet.to_string() + " of " + owner);
    }
    if (subnet.is_network_or_broadcast(address)) {
        from.fail(key, address.to_string() + " is the network or broadcast address of " + subnet.to_string());
    }
}

// Builds a Config and remembers what must not come twice.
class TopologyReader {
public:
    Config read(const json::value& value) {
        const ObjectReader top(value, "", {"networks", "endpoints", "publish", "uplink"});
        top.each("networks", [this](const auto& element, const auto& place) { read_network(element, place); });
        top.each("endpoints", [this](const auto& element, const auto& place) { read_endpoint(element, place); });
        if (top.has("uplink")) {
            read_uplink(json::value(top.object("uplink")));
        }
        top.each("publish", [this](const auto& element, const auto& place) { read_publish(element, place); });
        return std::move(config_);
    }

private:
    struct Taken {
        Prefix4 subnet;
        std::set<Ipv4> addresses;
        std::set<Mac> macs;
    };

    void read_network(const json::value& value, const std::string& place) {
        const ObjectReader from(value, place,
                                {"name", "subnet", "gateway", "mac", "icc", "masquerade", "internal", "mtu"});
        Network network;
        network.name = read_name(from, "name");
        network.subnet = from.parsed<Prefix4>("subnet");
        const bool tiny = network.subnet.length >= 31;
        const Ipv4 first{be32{network.subnet.address.host() + (tiny ? 0 : 1)}};
        network.gateway = from.parsed<Ipv4>("gateway", first);
        check_host(from, "gateway", network.gateway, network.subnet, "network " + network.name);
        network.gateway_mac = read_mac(from, network.gateway);
        network.icc = from.boolean("icc", true);
        network.masquerade = from.boolean("masquerade", true);
        network.internal = from.boolean("internal", false);
        network.mtu = static_cast<std::uint16_t>(from.integer("mtu", 1500, 68, 65535)); // RFC 791's least
        if (taken_.contains(network.name)) {
            from.fail("name", "there is a network " + network.name + " already");
        }
        check_subnet(from, network);
        taken_.emplace(network.name, Taken{network.subnet, {network.gateway}, {network.gateway_mac}});
        subnets_.emplace(network.subnet.address, std::pair(network.subnet, network.name));
        config_.networks.push_back(std::move(network));
    }

    // Subnets do not overlap, so only the neighbours in the order of addresses can overlap a new one.
    void check_subnet(const ObjectReader& from, const Network& network) const {
        const auto fail_if_overlapping = [&](const auto& entry) {
            const auto& [subnet, name] = entry.second;
            if (subnet.overlaps(network.subnet)) {
                from.fail("subnet",
                          network.subnet.to_string() + " overlaps " + subnet.to_string() + " of network " + name);
            }
        };
        const auto after = subnets_.lower_bound(network.subnet.address);
        if (after != subnets_.end()) {
            fail_if_overlapping(*after);
        }
        if (after != subnets_.begin()) {
            fail_if_overlapping(*std::prev(after));
        }
    }

    void read_endpoint(const json::value& value, const std::string& place) {
        const ObjectReader from(value, place, {"name", "network", "ipv4", "mac"});
        Endpoint endpoint;
        endpoint.name = read_name(from, "name");
        if (endpoint.name == kUplinkName) {
            from.fail("name", "uplink is the name of the way out");
        }
        if (!endpoints_.insert(endpoint.name).second) {
            from.fail("name", "there is an endpoint " + endpoint.name + " already");
        }
        endpoint.network = from.text("network");
        const auto network = taken_.find(endpoint.network);
        if (network == taken_.end()) {
            from.fail("network", "there is no network " + shown(endpoint.network));
        }
        endpoint.ipv4 = from.parsed<Ipv4>("ipv4");
        Taken& taken = network->second;
        check_host(from, "ipv4", endpoint.ipv4, taken.subnet, "network " + endpoint.network);
        endpoint.mac = read_mac(from, endpoint.ipv4);
        if (!taken.addresses.insert(endpoint.ipv4).second) {
            from.fail("ipv4", endpoint.ipv4.to_string() + " is taken in network " + endpoint.network);
        }
        if (!taken.macs.insert(endpoint.mac).second) {
            from.fail("mac", endpoint.mac.to_string() + " is taken in network " + endpoint.network);
        }
        config_.endpoints.push_back(std::move(endpoint));
    }

    void read_uplink(const json::value& value) {
        const ObjectReader from(value, "uplink", {"ipv4", "mac", "gateway", "nat_ports", "neighbors"});
        Uplink uplink;
        uplink.ipv4 = {from.parsed<InterfaceAddress4>("ipv4")};
        const Prefix4 subnet = uplink.ipv4.front().prefix();
        check_host(from, "ipv4", uplink.ipv4.front().address, subnet, "the uplink");
        uplink.mac = read_mac(from, uplink.ipv4.front().address);
        if (from.has("gateway")) {
            uplink.gateway = from.parsed<Ipv4>("gateway");
            check_host(from, "gateway", uplink.gateway, subnet, "the uplink");
        }
        if (from.has("nat_ports")) {
            uplink.nat_ports = {read_ports(from, "nat_ports")};
        }
        for (const auto& network : config_.networks) {
            if (network.subnet.overlaps(subnet)) {
                from.fail("ipv4", subnet.to_string() + " overlaps " + network.subnet.to_string() + " of network " +
                                      network.name);
            }
        }
        if (from.has("neighbors")) {
            for (const auto& [key, mac] : from.object("neighbors")) {
                read_neighbor(from.place("neighbors"), key, mac, uplink);
            }
        }
        config_.uplink = std::move(uplink);
    }

    static void read_neighbor(const std::string& place, std::string_view key, const json::value& value,
                              Uplink& uplink) {
        const auto address = Ipv4::parse(key);
        if (!address) {
            throw InputError(place, address.error());
        }
        const auto mac = Mac::parse(value.is_string() ? std::string_view(value.get_string()) : std::string_view());
        if (!mac) {
            throw InputError(place + "." + std::string(key), mac.error());
        }
        uplink.neighbors.insert_or_assign(*address, *mac);
    }

    void read_publish(const json::value& value, const std::string& place) {
        const ObjectReader from(value, place, {"host_ip", "host_port", "protocol", "endpoint", "port"});
        Publish publish;
        publish.host_ip = from.parsed<Ipv4>("host_ip", Ipv4{});
        publish.host_ports = read_ports(from, "host_port");
        publish.protocol = read_protocol(from);
        publish.endpoint = from.text("endpoint");
        if (!endpoints_.contains(publish.endpoint)) {
            from.fail("endpoint", "there is no endpoint " + shown(publish.endpoint));
        }
        publish.ports = read_ports(from, "port");
        if (publish.ports.size() != publish.host_ports.size()) {
            from.fail("port", "the ranges of host_port and port differ in size");
        }
        for (const auto& other : config_.publishes) {
            const bool same_address = publish.host_ip == other.host_ip;
            if (same_address && publish.protocol == other.protocol && publish.host_ports.overlaps(other.host_ports)) {
                from.fail("host_port", "overlaps a port that is published to " + other.endpoint);
            }
        }
        if (config_.uplink && publish.host_ports.overlaps(config_.uplink->nat_ports.front())) {
            from.fail("host_port", "overlaps nat_ports of the uplink");
        }
        config_.publishes.push_back(std::move(publish));
    }

    Config config_;
    std::unordered_map<std::string, Taken> taken_; // by network
    std::map<Ipv4, std::pair<Prefix4, std::string>> subnets_;
    std::unordered_set<std::string> endpoints_;
};

// "line 3, column 7" of byte `offset`.
std::string position(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto start = before.rfind('\n');
    const auto column = offset - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

} // namespace

std::expected<Config, std::string> parse_topology(std::string_view text) {
    json::parser parser;
    json::error_code error;
    const std::size_t read = parser.write(text.data(), text.size(), error);
    if (error) {
        return std::unexpected(position(text, read) + ": not JSON: " + error.message());
    }
    try {
        return TopologyReader().read(parser.release());
    } catch (const InputError& bad) {
        return std::unexpected(bad.what());
    }
}

std::expected<Config, std::string> load_topology(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text;
    text.resize(kMostBytes + 1);
    if (!stream.read(text.data(), static_cast<std::streamsize>(text.size())) && !stream.eof()) {
        return std::unexpected(file.string() + ": cannot be read");
    }
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMostBytes) {
        return std::unexpected(file.string() + ": more than 64 MiB");
    }
    auto config = parse_topology(text);
    if (!config) {
        return std::unexpected(file.string() + ": " + config.error());
    }
    return config;
}

} // namespace pontoon
