#include "control/topology.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <unordered_map>

#include "control/json_reader.hpp"
#include "control/topology_parts.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

void check_unicast(const std::string& place, Ipv4 address) {
    if (!address.is_unicast()) {
        throw InputError(place, address.to_string() + " is not the address of one host");
    }
}

std::optional<Ipv4> read_host_ipv4(const ObjectReader& from) {
    if (!from.has("host_ipv4")) {
        return std::nullopt;
    }
    const Ipv4 address = from.parsed<Ipv4>("host_ipv4");
    check_unicast(from.place("host_ipv4"), address);
    return address;
}

// Builds a Config and remembers what must not come twice.
class TopologyReader {
public:
    Config read(const json::value& value) {
        const ObjectReader top(value, "",
                               {"networks", "host_addresses", "endpoints", "publish", "links", "uplink", "conntrack"});
        top.each("networks", [this](const auto& element, const auto& place) { read_network(element, place); });
        check_host_ipv4();
        read_host_addresses(top);
        top.each("endpoints", [this](const auto& element, const auto& place) { read_endpoint(element, place); });
        if (top.has("uplink")) {
            config_.uplink = read_uplink(top.at("uplink"), subnets_);
        }
        PublishReader publishes(config_, endpoints_);
        top.each("publish", [&](const auto& element, const auto& place) {
            config_.publishes.push_back(publishes.read(element, place));
        });
        top.each("links", [this](const auto& element, const auto& place) {
            config_.links.push_back(read_link(element, place, endpoints_));
        });
        if (top.has("conntrack")) {
            config_.conntrack = read_conntrack(top.at("conntrack"));
        }
        return std::move(config_);
    }

private:
    struct Taken {
        Prefix4 subnet;
        std::set<Ipv4> addresses;
        std::set<Mac> macs;
    };

    void read_network(const json::value& value, const std::string& place) {
        const ObjectReader from(
            value, place,
            {"name", "subnet", "gateway", "mac", "icc", "masquerade", "internal", "mtu", "host_ipv4", "host", "names"});
        Network network;
        network.name = read_name(from, "name");
        network.subnet = from.parsed<Prefix4>("subnet");
        const bool tiny = network.subnet.length >= 31;
        const Ipv4 first{be32{network.subnet.address.host() + (tiny ? 0 : 1)}};
        network.gateway = from.parsed<Ipv4>("gateway", first);
        check_host(from.place("gateway"), network.gateway, network.subnet, "network " + network.name);
        network.gateway_mac = read_mac(from, network.gateway);
        network.icc = from.boolean("icc", true);
        network.masquerade = from.boolean("masquerade", true);
        network.internal = from.boolean("internal", false);
        network.mtu = read_mtu(from);
        network.host_ipv4 = read_host_ipv4(from);
        network.host_port = from.boolean("host", false) ? "host:" + network.name : "";
        network.names = from.boolean("names", false);
        if (taken_.contains(network.name)) {
            from.fail("name", "there is a network " + network.name + " already");
        }
        subnets_.check_apart(from.place("subnet"), network.subnet);
        taken_.emplace(network.name, Taken{network.subnet, {network.gateway}, {network.gateway_mac}});
        subnets_.add(network.subnet, network.name);
        config_.networks.push_back(std::move(network));
    }

    // When all subnets are known: the address may be in none, also not in that of a later network.
    void check_host_ipv4() const {
        for (std::size_t index = 0; index < config_.networks.size(); ++index) {
            if (const auto address = config_.networks[index].host_ipv4) {
                subnets_.check_outside("networks[" + std::to_string(index) + "].host_ipv4", *address);
            }
        }
    }

    void read_host_addresses(const ObjectReader& top) {
        top.each("host_addresses", [this](const auto& element, const auto& place) {
            const auto address = Ipv4::parse(text_in(element, place));
            if (!address) {
                throw InputError(place, address.error());
            }
            check_unicast(place, *address);
            subnets_.check_outside(place, *address);
            config_.host_addresses.push_back(*address);
        });
    }

    void read_endpoint(const json::value& value, const std::string& place) {
        const ObjectReader from(value, place, {"name", "network", "ipv4", "mac"});
        Endpoint endpoint;
        endpoint.name = read_name(from, "name");
        if (endpoint.name == kUplinkName) {
            from.fail("name", "uplink is the name of the way out");
        }
        if (endpoint.name == kNamesPort) {
            from.fail("name", "names is the name of the port where names are answered");
        }
        if (endpoints_.contains(endpoint.name)) {
            from.fail("name", "there is an endpoint " + endpoint.name + " already");
        }
        endpoint.network = from.text("network");
        const auto network = taken_.find(endpoint.network);
        if (network == taken_.end()) {
            from.fail("network", "there is no network " + shown(endpoint.network));
        }
        endpoint.ipv4 = from.parsed<Ipv4>("ipv4");
        Taken& taken = network->second;
        check_host(from.place("ipv4"), endpoint.ipv4, taken.subnet, "network " + endpoint.network);
        endpoint.mac = read_mac(from, endpoint.ipv4);
        if (!taken.addresses.insert(endpoint.ipv4).second) {
            from.fail("ipv4", endpoint.ipv4.to_string() + " is taken in network " + endpoint.network);
        }
        if (!taken.macs.insert(endpoint.mac).second) {
            from.fail("mac", endpoint.mac.to_string() + " is taken in network " + endpoint.network);
        }
        endpoints_.emplace(endpoint.name, endpoint.network);
        config_.endpoints.push_back(std::move(endpoint));
    }

    Config config_;
    std::unordered_map<std::string, Taken> taken_; // by network
    Subnets subnets_;
    NetworkOf endpoints_;
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
    std::array<char, 65536> part;
    while (stream && text.size() <= kMostBytes) {
        stream.read(part.data(), part.size());
        text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (!stream.eof() && text.size() <= kMostBytes) {
        return std::unexpected(file.string() + ": cannot be read");
    }
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
