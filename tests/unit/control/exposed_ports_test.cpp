// -P (docker-behaviours P-013).
#include <catch2/catch.hpp>

#include "control/exposed_ports.hpp"

namespace pontoon::exposed_ports_test {

namespace {

std::string published(const std::vector<const char*>& texts, const std::vector<ExposedPorts>& exposed) {
    std::vector<PublishSpec> specs;
    for (const auto* text : texts) {
        specs.push_back(parse_publish_spec(text));
    }
    std::string all;
    for (const auto& spec : publish_all(specs, exposed)) {
        all += (all.empty() ? "" : " ") + to_spec(spec);
    }
    return all;
}

} // namespace

TEST_CASE("-P publishes every exposed port that no -p is about, on any port") {
    CHECK(published({}, {{{80, 80}}, {{53, 53}, Transport::udp}}) == ":80/tcp :53/udp");
    CHECK(published({"8080:80"}, {{{80, 80}}, {{80, 80}, Transport::udp}}) == "8080:80/tcp :80/udp");
    CHECK(published({"8080:80", "9000-9001:90-91"}, {{{79, 92}}}) ==
          "8080:80/tcp 9000-9001:90-91/tcp :79/tcp :81-89/tcp "
          ":92/tcp");
    CHECK(published({}, {{{82, 82}}, {{80, 81}}, {{80, 80}}}) == ":80-82/tcp"); // in a row, and once
    CHECK(published({}, {{{1, 65535}}}) == ":1-65535/tcp");
    CHECK(published({"127.0.0.1::443"}, {}) == "127.0.0.1::443/tcp");
}

} // namespace pontoon::exposed_ports_test
