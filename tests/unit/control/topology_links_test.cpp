// Links between endpoints.
#include <catch2/catch.hpp>

#include "tests/unit/control/topologies.hpp"

namespace pontoon::topology_links_test {

TEST_CASE("links open ports of one endpoint to another") {
    const auto config = parsed(with_links("{'from':'a2','to':'a1','ports':['80/tcp','5000-5010/udp','53','9/sctp']},"
                                          "{'from':'a1','to':'a2','ports':['1-65535']}"));
    REQUIRE(config.has_value());
    CHECK(config->links == std::vector<Link>{{"a2",
                                              "a1",
                                              {{{80, 80}, Transport::tcp},
                                               {{5000, 5010}, Transport::udp},
                                               {{53, 53}, Transport::tcp},
                                               {{9, 9}, Transport::sctp}}},
                                             {"a1", "a2", {{{1, 65535}, Transport::tcp}}}});
}

TEST_CASE("a wrong link is refused with its place and the reason") {
    const auto ports = [](const std::string& text) {
        return with_links("{'from':'a1','to':'a2','ports':" + text + "}");
    };
    check_all({
        {"{'links':{}}", "links: must be an array"},
        {with_links("'a1'"), "links[0]: must be an object"},
        {with_links("{'from':'a1','to':'a2','ports':['1'],'port':'1'}"), "links[0].port: unknown key"},
        {with_links("{'to':'a2','ports':['1']}"), "links[0].from: is missing"},
        {with_links("{'from':'a1','ports':['1']}"), "links[0].to: is missing"},
        {with_links("{'from':7,'to':'a1'}"), "links[0].from: must be a string"},
        {with_links("{'from':'b\\n','to':'a1','ports':['1']}"), "links[0].from: there is no endpoint b?"},
        {with_links("{'from':'a1','to':'uplink','ports':['1']}"), "links[0].to: there is no endpoint uplink"},
        {with_links("{'from':'a1','to':'a1','ports':['1']}"), "links[0].to: a1 cannot be linked to itself"},
        {with_links("{'from':'a1','to':'d1','ports':['1']}"), "links[0].to: d1 is in network db, a1 in network web"},
        {with_links("{'from':'a1','to':'a2'}"), "links[0].ports: is missing"},
        {ports("[]"), "links[0].ports: must not be empty"},
        {ports("'80/tcp'"), "links[0].ports: must be an array"},
        {ports("['80',81]"), "links[0].ports[1]: must be a string"},
        {ports("['']"), "links[0].ports[0]: \"\" is not a port or a range of ports"},
        {ports("['/tcp']"), "links[0].ports[0]: \"\" is not a port or a range of ports"},
        {ports("['80','90-80/tcp']"), "links[0].ports[1]: \"90-80\" is not a port or a range of ports"},
        {ports("['0']"), "links[0].ports[0]: \"0\" is not a port or a range of ports"},
        {ports("['80,81']"), "links[0].ports[0]: \"80,81\" is not a port or a range of ports"},
        {ports("['80/']"), "links[0].ports[0]: \"\" is none of tcp, udp, sctp"},
        {ports("['80/TCP']"), "links[0].ports[0]: \"TCP\" is none of tcp, udp, sctp"},
        {ports("['80/tcp/udp']"), "links[0].ports[0]: \"tcp/udp\" is none of tcp, udp, sctp"},
        {with_links("{'from':'a1','to':'a2','ports':['1']},{'from':'a1','to':'x','ports':['1']}"),
         "links[1].to: there is no endpoint x"},
    });
}

} // namespace pontoon::topology_links_test
