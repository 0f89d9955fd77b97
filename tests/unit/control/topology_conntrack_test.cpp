// How flows are tracked.
#include <catch2/catch.hpp>

#include "tests/unit/control/topologies.hpp"

namespace pontoon::topology_conntrack_test {

namespace {

const std::vector<std::string> kTimeouts = {"tcp_timeout_syn_sent",
                                            "tcp_timeout_syn_recv",
                                            "tcp_timeout_established",
                                            "tcp_timeout_fin_wait",
                                            "tcp_timeout_close_wait",
                                            "tcp_timeout_last_ack",
                                            "tcp_timeout_time_wait",
                                            "tcp_timeout_close",
                                            "udp_timeout",
                                            "tcp_timeout_max_retrans",
                                            "tcp_timeout_unacknowledged",
                                            "udp_timeout_stream",
                                            "icmp_timeout",
                                            "sctp_timeout",
                                            "sctp_timeout_established",
                                            "generic_timeout"};

std::string conntrack(const std::string& members) {
    return "{'conntrack':{" + members + "}}";
}

} // namespace

TEST_CASE("every member of Conntrack has its key") {
    std::string members = "'max':5,'max_per_endpoint':6,'tcp_loose':false,'tcp_be_liberal':true";
    for (const auto& key : kTimeouts) {
        members += ",'" + key + "':" + std::to_string(1000 + (&key - kTimeouts.data()));
    }
    const Conntrack wanted{.max = 5,
                           .max_per_endpoint = 6,
                           .tcp_loose = false,
                           .tcp_be_liberal = true,
                           .tcp_timeout_syn_sent = 1000,
                           .tcp_timeout_syn_recv = 1001,
                           .tcp_timeout_established = 1002,
                           .tcp_timeout_fin_wait = 1003,
                           .tcp_timeout_close_wait = 1004,
                           .tcp_timeout_last_ack = 1005,
                           .tcp_timeout_time_wait = 1006,
                           .tcp_timeout_close = 1007,
                           .tcp_timeout_max_retrans = 1009,
                           .tcp_timeout_unacknowledged = 1010,
                           .udp_timeout = 1008,
                           .udp_timeout_stream = 1011,
                           .icmp_timeout = 1012,
                           .sctp_timeout = 1013,
                           .sctp_timeout_established = 1014,
                           .generic_timeout = 1015};
    const auto config = parsed(conntrack(members));
    REQUIRE(config.has_value());
    CHECK(config->conntrack == wanted);
    CHECK(parsed(conntrack(""))->conntrack == Conntrack{});
}

TEST_CASE("the numbers of Conntrack have bounds") {
    for (const auto& key : kTimeouts) {
        const auto error = "conntrack." + key + ": must be an integer from 1 to 2147483";
        check_all({{conntrack("'" + key + "':0"), error},
                   {conntrack("'" + key + "':2147484"), error},
                   {conntrack("'" + key + "':1"), "none"},
                   {conntrack("'" + key + "':2147483"), "none"}});
    }
    check_all({
        {conntrack("'max':0"), "conntrack.max: must be an integer from 1 to 16777216"},
        {conntrack("'max':16777217"), "conntrack.max: must be an integer from 1 to 16777216"},
        {conntrack("'max':16777216"), "none"},
        {conntrack("'max_per_endpoint':-1"), "conntrack.max_per_endpoint: must be an integer from 0 to 16777216"},
        {conntrack("'max_per_endpoint':16777217"), "conntrack.max_per_endpoint: must be an integer from 0 to 16777216"},
        {conntrack("'max_per_endpoint':16777216"), "none"},
        {conntrack("'max_per_endpoint':0"), "none"},
    });
}

TEST_CASE("a wrong Conntrack is refused with its place and the reason") {
    check_all({
        {"{'conntrack':[]}", "conntrack: must be an object"},
        {"{'conntrack':null}", "conntrack: must be an object"},
        {conntrack("'udp_timeouts':30"), "conntrack.udp_timeouts: unknown key"},
        {conntrack("'nf_conntrack_max':30"), "conntrack.nf_conntrack_max: unknown key"},
        {conntrack("'tcp_loose':1"), "conntrack.tcp_loose: must be true or false"},
        {conntrack("'tcp_be_liberal':'yes'"), "conntrack.tcp_be_liberal: must be true or false"},
        {conntrack("'udp_timeout':'30'"), "conntrack.udp_timeout: must be an integer from 1 to 2147483"},
        {conntrack("'udp_timeout':30.5"), "conntrack.udp_timeout: must be an integer from 1 to 2147483"},
    });
}

} // namespace pontoon::topology_conntrack_test
