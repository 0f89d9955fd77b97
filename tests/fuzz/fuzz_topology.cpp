// Any text as a topology: it is refused in one line, or what it says holds together.
#include <algorithm>
#include <string_view>

#include "control/topology.hpp"
#include "tests/fuzz/expect.hpp"

namespace pontoon {

namespace {

void check_error(std::string_view error) {
    EXPECT(!error.empty() && error.size() < 512);
    EXPECT(std::ranges::none_of(error, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
}

void check_config(const Config& config) {
    for (const auto& endpoint : config.endpoints) {
        const auto network = std::ranges::find(config.networks, endpoint.network, &Network::name);
        EXPECT(network != config.networks.end());
        EXPECT(network->subnet.contains(endpoint.ipv4) && endpoint.ipv4 != network->gateway);
        EXPECT(!endpoint.mac.is_group() && !endpoint.mac.is_zero() && endpoint.mac != network->gateway_mac);
    }
    for (const auto& network : config.networks) {
        EXPECT(network.subnet.contains(network.gateway));
        const auto overlapping = std::ranges::count_if(
            config.networks, [&](const Network& other) { return other.subnet.overlaps(network.subnet); });
        EXPECT(overlapping == 1); // itself
    }
    for (const auto& publish : config.publishes) {
        EXPECT(std::ranges::count(config.endpoints, publish.endpoint, &Endpoint::name) == 1);
        EXPECT(publish.ports.first >= 1 && publish.ports.first <= publish.ports.last);
        EXPECT(publish.ports.size() == publish.host_ports.size());
    }
}

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto config = pontoon::parse_topology({reinterpret_cast<const char*>(data), size});
    if (config) {
        pontoon::check_config(*config);
    } else {
        pontoon::check_error(config.error());
    }
    return 0;
}
