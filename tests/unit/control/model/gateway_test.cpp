// Which endpoint is the way out: the table of docker-behaviours M-020.
#include <catch2/catch.hpp>

#include "control/model/gateway.hpp"

namespace pontoon::gateway_test {

namespace {

struct Place {
    std::string network;
    int priority = 0;
    bool internal = false;
    bool attached = true;
    TextMap options{};
};

struct Built {
    State state;
    ContainerRecord container;
};

Built built(const std::vector<Place>& places) {
    Built all;
    for (const auto& place : places) {
        NetworkRecord network;
        network.id = new_id();
        network.name = place.network;
        network.driver = place.network == "none" ? "null" : "bridge";
        network.internal = place.internal;
        network.options = place.options;
        network.gateway = *Ipv4::parse("10.0.0.1");
        EndpointRecord endpoint;
        endpoint.network = network.name;
        endpoint.network_id = network.id;
        endpoint.gw_priority = place.priority;
        endpoint.id = place.attached ? new_id() : "";
        all.state.networks.put(network);
        all.container.endpoints.push_back(endpoint);
    }
    return all;
}

std::string order_of(const std::vector<Place>& places) {
    const auto all = built(places);
    std::string order;
    for (const auto index : gateway_order(all.state, all.container)) {
        order += (order.empty() ? "" : " ") + all.container.endpoints[index].network;
    }
    return order;
}

std::string gateway_of(const std::vector<Place>& places) {
    const auto all = built(places);
    const auto index = gateway_endpoint(all.state, all.container);
    return index ? all.container.endpoints[*index].network : "";
}

const TextMap kIsolated{{"com.docker.network.bridge.gateway_mode_ipv4", "isolated"}};

} // namespace

TEST_CASE("endpoints are preferred as default gateway by priority, then not internal, then by name") {
    CHECK(order_of({}).empty());
    CHECK(order_of({{"b"}, {"a"}}) == "a b");
    CHECK(order_of({{"Z"}, {"a"}}) == "Z a"); // byte by byte
    CHECK(order_of({{"a"}, {"b", 1}}) == "b a");
    CHECK(order_of({{"a", -1}, {"b"}}) == "b a");
    CHECK(order_of({{"a", 0, true}, {"b"}}) == "b a");
    CHECK(order_of({{"a", 5, true}, {"b"}}) == "a b"); // priority comes first
    CHECK(order_of({{"a", 0, false, true, kIsolated}, {"b"}}) == "b a");
    CHECK(order_of({{"a", 0, false, false}, {"b"}}) == "b"); // not attached
    CHECK(order_of({{"none"}}).empty());
    CHECK(order_of({{"a", INT32_MIN}, {"b", INT32_MAX}}) == "b a");
}

TEST_CASE("the default route is by the first endpoint that has a gateway") {
    CHECK(gateway_of({}).empty());
    CHECK(gateway_of({{"b"}, {"a"}}) == "a");
    CHECK(gateway_of({{"a", 5, true}, {"b"}}) == "b"); // M-021
    CHECK(gateway_of({{"a", 5, false, true, kIsolated}, {"b"}}) == "b");
    CHECK(gateway_of({{"a", 0, true}}).empty());
}

TEST_CASE("a network's containers may have another gateway than the bridge") {
    NetworkRecord network;
    network.gateway = *Ipv4::parse("10.0.0.1");
    CHECK(container_gateway(network) == network.gateway);
    network.pools.resize(1);
    network.pools[0].auxiliary["DefaultGatewayIPv4"] = *Ipv4::parse("10.0.0.254");
    CHECK(container_gateway(network) == *Ipv4::parse("10.0.0.254"));
    network.internal = true;
    CHECK_FALSE(container_gateway(network));
}

} // namespace pontoon::gateway_test
