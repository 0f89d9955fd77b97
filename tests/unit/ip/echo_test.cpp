#include "dataplane/ip/echo.hpp"

#include <random>

#include "tests/unit/parsed.hpp"

namespace pontoon::echo_test {

using namespace frames;

TEST_CASE("only a whole ICMP echo request is an echo request") {
    const auto is_request = [](const Bytes& frame) {
        Parsed p(frame);
        REQUIRE(p->fault == Reason::none);
        return is_echo_request(*p);
    };
    CHECK(is_request(ethernet(0x0800, ip4({.protocol = 1}, icmp_message(8)))));
    CHECK_FALSE(is_request(ethernet(0x0800, ip4({.protocol = 1}, icmp_message(0)))));
    CHECK_FALSE(is_request(ethernet(0x0800, ip4({.protocol = 1, .fragment = 0x2000}, icmp_message(8, filled(8))))));
    CHECK_FALSE(is_request(ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4)))));
    CHECK_FALSE(is_request(ethernet(0x86dd, ip6(58, icmp6_message(128)))));
}

TEST_CASE("an echo reply is the request turned round, with sums that are right") {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        Bytes data = filled(random() % 70);
        for (auto& byte : data) {
            byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 0xff : random());
        }
        const Bytes options = random() % 2 == 0 ? Bytes{} : Bytes(8, 1);
        Parsed p(ethernet(0x0800, ip4({.protocol = 1, .options = options}, icmp_message(8, data))));
        REQUIRE(p->fault == Reason::none);
        make_echo_reply(*p);
        const Bytes swapped = join({hex("ac120003 ac120002")});
        Bytes wanted = ethernet(kMacA, kMacB, 0x0800,
                                ip4({.protocol = 1, .options = options, .ends = swapped}, icmp_message(0, data)));
        REQUIRE(Bytes(p->data, p->data + p->length) == wanted);
        parse(*p);
        REQUIRE(p->fault == Reason::none);
    }
}

} // namespace pontoon::echo_test
