// Questions as the switch hands them over: frames into the TAP device, and answers out of it.
#include "control/dns/name_sockets.hpp"

#include <catch2/catch.hpp>

#include <poll.h>
#include <unistd.h>

#include <cstring>

#include "a_state.hpp"
#include "control/dns/name_service.hpp"
#include "dataplane/config.hpp"
#include "questions.hpp"
#include "tests/unit/control/own_namespaces.hpp"

namespace pontoon::name_sockets_test {
namespace {

using dns_test::question;
using dns_test::told;
using names_test::AState;
using names_test::ip;

constexpr std::size_t kTapHeader = 10;
constexpr std::size_t kBeforeDns = kTapHeader + 14 + 20 + 8;

void put16(DnsBytes& bytes, std::size_t at, std::size_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
}

// A frame as TAP has it; UDP without a checksum.
DnsBytes frame(Ipv4 from, Ipv4 to, const DnsBytes& dns) {
    DnsBytes bytes(kBeforeDns);
    std::memcpy(&bytes[kTapHeader], &kNamesMac, 6);
    const auto source = mac_of(from);
    std::memcpy(&bytes[kTapHeader + 6], &source, 6);
    put16(bytes, kTapHeader + 12, 0x0800);
    const std::size_t l3 = kTapHeader + 14;
    bytes[l3] = 0x45;
    put16(bytes, l3 + 2, 28 + dns.size());
    bytes[l3 + 8] = 64;
    bytes[l3 + 9] = 17;
    std::memcpy(&bytes[l3 + 12], &from, 4);
    std::memcpy(&bytes[l3 + 16], &to, 4);
    unsigned sum = 0;
    for (std::size_t at = l3; at < l3 + 20; at += 2) {
        sum += unsigned{bytes[at]} << 8 | bytes[at + 1];
    }
    put16(bytes, l3 + 10, ~((sum & 0xffff) + (sum >> 16)) & 0xffff);
    put16(bytes, l3 + 20, 40000);
    put16(bytes, l3 + 22, 53);
    put16(bytes, l3 + 24, 8 + dns.size());
    bytes.insert(bytes.end(), dns.begin(), dns.end());
    return bytes;
}

// The next UDP frame.
DnsBytes next(int tap) {
    for (;;) {
        pollfd wait{tap, POLLIN, 0};
        if (::poll(&wait, 1, 3000) <= 0) {
            return {};
        }
        DnsBytes bytes(65536);
        bytes.resize(static_cast<std::size_t>(::read(tap, bytes.data(), bytes.size())));
        if (bytes.size() > kBeforeDns && bytes[kTapHeader + 14 + 9] == 17) {
            return bytes;
        }
    }
}

} // namespace

TEST_CASE("names arrive for every gateway and are answered from it, in a namespace of their own") {
    in_a_host([](const NetNs& host) {
        AState state;
        Names names;
        state.network("front", "172.18.0.0/16", "172.18.0.1");
        state.network("back", "10.9.0.0/16", "10.9.0.1");
        names.put(state, state.container("one", {{"front", "172.18.0.2"}}));
        names.put(state, state.container("two", {{"back", "10.9.0.2"}}));
        NameService service(names);
        const auto tap = service.take_tap();
        CHECK(shell(host, "ss -Hlnut; ip -br link | grep -v '^lo ' || true") == "");
        for (const auto& [from, gateway, name] :
             {std::tuple{"172.18.0.2", "172.18.0.1", "one"}, std::tuple{"10.9.0.2", "10.9.0.1", "two"}}) {
            const auto asked = frame(ip(from), ip(gateway), question({.name = name}));
            REQUIRE(::write(tap.get(), asked.data(), asked.size()) == static_cast<ssize_t>(asked.size()));
            const auto answer = next(tap.get());
            REQUIRE(answer.size() > kBeforeDns);
            const auto* l3 = answer.data() + kTapHeader + 14;
            CHECK(std::memcmp(l3 + 12, asked.data() + kTapHeader + 14 + 16, 4) == 0); // from the gateway
            CHECK(std::memcmp(l3 + 16, asked.data() + kTapHeader + 14 + 12, 4) == 0);
            CHECK(told(DnsView(answer).subspan(kBeforeDns)).answers.size() == 1);
        }
    });
}

} // namespace pontoon::name_sockets_test
