// A configuration that changes at random: networks n0 to n3 and endpoints e0 to e7, which may name the network n4 that
// is never there, and share the port pN of their network nN.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "dataplane/config.hpp"
#include "tests/support/dice.hpp"

namespace pontoon {

class RandomConfig {
public:
    explicit RandomConfig(std::uint64_t seed) : dice_(seed) {}

    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] test::Dice& dice() { return dice_; }

    [[nodiscard]] static std::vector<std::string> network_names() { return names("n", kNetworks + 1); }
    // All that a port may be asked for.
    [[nodiscard]] static std::vector<std::string> port_names() {
        std::vector<std::string> all = names("e", kEndpoints);
        for (const auto* prefix : {"p", "host:n"}) {
            std::ranges::copy(names(prefix, kNetworks), std::back_inserter(all));
        }
        all.insert(all.end(), {kUplinkName, kNamesPort});
        return all;
    }

    // One to four things are different, or as they were.
    void change() {
        for (unsigned times = dice_.between(1, 4); times != 0; --times) {
            switch (dice_.below(6)) {
            case 0: change_network(dice_.below(kNetworks)); break;
            case 1:
            case 2: change_endpoint(dice_.below(kEndpoints)); break;
            case 3: change_publishes(); break;
            case 4: change_links(); break;
            default: change_surroundings(); break;
            }
        }
        std::erase_if(config_.publishes, [this](const Publish& publish) { return !has_endpoint(publish.endpoint); });
    }

private:
    static constexpr unsigned kNetworks = 4;
    static constexpr unsigned kEndpoints = 8;

    [[nodiscard]] static std::vector<std::string> names(const std::string& prefix, unsigned count) {
        std::vector<std::string> all;
        for (unsigned i = 0; i < count; ++i) {
            all.push_back(prefix + std::to_string(i));
        }
        return all;
    }
    [[nodiscard]] static Ipv4 address(unsigned network, unsigned host) {
        return Ipv4{be32{0x0a000000U + (network << 16) + host}};
    }
    [[nodiscard]] bool has_endpoint(const std::string& name) const {
        return std::ranges::count(config_.endpoints, name, &Endpoint::name) != 0;
    }

    void change_network(unsigned number) {
        const std::string name = "n" + std::to_string(number);
        std::erase_if(config_.networks, [&](const Network& network) { return network.name == name; });
        if (dice_.chance(70)) {
            Network network{name, {address(number, 0), 16}, address(number, 1), mac_of(address(number, 1))};
            network.icc = dice_.chance(80);
            network.internal = dice_.chance(20);
            network.names = dice_.chance(50);
            network.mtu = dice_.chance(50) ? 1500 : 9000;
            if (dice_.chance(50)) {
                network.host_port = "host:" + name;
            }
            config_.networks.insert(
                config_.networks.begin() + dice_.below(static_cast<unsigned>(config_.networks.size() + 1)), network);
        }
    }

    void change_endpoint(unsigned number) {
        const std::string name = "e" + std::to_string(number);
        std::erase_if(config_.endpoints, [&](const Endpoint& endpoint) { return endpoint.name == name; });
        if (dice_.chance(70)) {
            const unsigned network = dice_.below(kNetworks + 1);
            const Ipv4 ipv4 = address(network, dice_.chance(50) ? 2 + number : 100 + number);
            Endpoint endpoint{name, "n" + std::to_string(network), ipv4, mac_of(ipv4)};
            if (dice_.chance(20)) { // somebody else's: the gateway's, or that of others who do so
                endpoint.mac = mac_of(address(network, dice_.chance(50) ? 1 : 250));
            }
            if (network < kNetworks && dice_.chance(30)) {
                endpoint.port = "p" + std::to_string(network);
            }
            config_.endpoints.push_back(endpoint);
        }
    }

    void change_publishes() {
        const auto port = static_cast<std::uint16_t>(8000 + dice_.below(10));
        std::erase_if(config_.publishes, [&](const Publish& publish) { return publish.host_ports.first == port; });
        if (dice_.chance(70)) {
            config_.publishes.push_back(
                {{}, {port, port}, Transport::udp, "e" + std::to_string(dice_.below(kEndpoints)), {80, 80}});
        }
    }

    void change_links() {
        config_.links.clear();
        for (unsigned i = dice_.below(3); i != 0; --i) {
            config_.links.push_back({"e" + std::to_string(dice_.below(kEndpoints)),
                                     "e" + std::to_string(dice_.below(kEndpoints)),
                                     {{{80, 80}, Transport::tcp}}});
        }
    }

    void change_surroundings() {
        config_.conntrack.udp_timeout = dice_.between(1, 3);
        config_.uplink.reset();
        if (dice_.chance(60)) {
            config_.uplink =
                Uplink{{{address(200, dice_.between(1, 2)), 24}}, mac_of(address(200, 1)), {}, {{1000, 1999}}, {}};
        }
    }

    test::Dice dice_;
    Config config_;
};

} // namespace pontoon
