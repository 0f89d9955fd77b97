// Frames that lie or end early are the kernel's, which drops them.
#include <catch2/catch.hpp>

#include <array>

#include "tests/ebpf/steer_frames.hpp"
#include "tests/ebpf/steer_programs.hpp"

namespace pontoon::test {

namespace {

const IpSpec kOurs{.source = ipv4("198.51.100.7"), .destination = ipv4("203.0.113.10"), .protocol = protocol::kTcp};

IpSpec changed(IpSpec spec, auto member, auto value) {
    spec.*member = value;
    return spec;
}

// One of each kind that is ours.
std::vector<Bytes> samples() {
    const auto icmp_spec = changed(kOurs, &IpSpec::protocol, protocol::kIcmp);
    const IpSpec quoted{.source = kOurs.destination, .destination = kOurs.source, .protocol = protocol::kUdp};
    const auto error = icmp(icmp::kUnreachable, 0, ip(changed(quoted, &IpSpec::words, 7U), ports(61000, 53)));
    return {ethernet(ip(kOurs, ports(1, 8080))),
            ethernet(ip(changed(kOurs, &IpSpec::words, 15U), ports(1, 8080))),
            ethernet(ip(changed(kOurs, &IpSpec::destination, ipv4("172.18.0.2")), ports(1, 22))),
            ethernet(ip(changed(kOurs, &IpSpec::fragment, Ipv4Header::kMoreFragments), ports(1, 8080))),
            ethernet(ip(icmp_spec, icmp(icmp::kEchoReply, 61000))),
            ethernet(ip(icmp_spec, error))};
}

struct Hostile {
    SteerPrograms programs{steered_config()};

    bool is(Whose whose, const Bytes& frame) {
        return programs.by_xdp(frame) == whose && (!SteerPrograms::by_tc_too(frame) || programs.by_tc(frame) == whose);
    }
};

// The total length says what the frame has, so that only what is inside is short.
Bytes consistent(Bytes frame, std::size_t size) {
    frame.resize(size);
    patch16(frame, 16, static_cast<std::uint16_t>(size - 14));
    return frame;
}

} // namespace

TEST_CASE_METHOD(Hostile, "a frame that is cut anywhere is the kernel's") {
    for (const auto& frame : samples()) {
        REQUIRE(is(Whose::ours, frame));
        for (std::size_t size = 14; size < frame.size(); ++size) {
            INFO("cut at " << size << " of " << frame.size());
            CHECK(is(Whose::kernel, Bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size))));
        }
    }
}

TEST_CASE_METHOD(Hostile, "a packet that ends before what tells whose it is, is the kernel's") {
    const auto frames = samples();
    const std::size_t needed[] = {4, 4, 0, 4, 8, 8 + 28 + 8}; // behind the IP header
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::size_t header = 14 + (frames[i][14] & 15U) * 4U;
        for (std::size_t size = header; size <= frames[i].size(); ++size) {
            INFO("sample " << i << ", " << size - header << " bytes of payload");
            CHECK(is(size - header < needed[i] ? Whose::kernel : Whose::ours, consistent(frames[i], size)));
        }
    }
}

TEST_CASE_METHOD(Hostile, "a padded frame is as good as a bare one") {
    for (auto frame : samples()) {
        frame.resize(frame.size() + 22);
        CHECK(is(Whose::ours, frame));
    }
}

TEST_CASE_METHOD(Hostile, "headers that lie about their length or version are the kernel's") {
    for (unsigned words = 0; words < 5; ++words) {
        CHECK(is(Whose::kernel, ethernet(ip(changed(kOurs, &IpSpec::words, words), ports(1, 8080)))));
    }
    for (const unsigned version : {0U, 3U, 5U, 6U, 15U}) {
        CHECK(is(Whose::kernel, ethernet(ip(changed(kOurs, &IpSpec::version, version), ports(1, 8080)))));
    }
    for (const auto total : std::to_array<std::uint16_t>({0, 1, 19, 20, 23, 29, 1500, 65535})) {
        CHECK(is(Whose::kernel, ethernet(ip(changed(kOurs, &IpSpec::total, std::optional(total)), ports(1, 8080)))));
    }
    const IpSpec quoted{.source = kOurs.destination, .destination = kOurs.source, .protocol = protocol::kUdp};
    for (unsigned words = 0; words < 16; ++words) { // longer than what is there, too
        Bytes quote = ip(quoted, ports(61000, 53));
        quote[0] = static_cast<std::uint8_t>(0x40U | words);
        const auto error = icmp(icmp::kUnreachable, 0, quote);
        const auto frame = ethernet(ip(changed(kOurs, &IpSpec::protocol, protocol::kIcmp), error));
        CHECK(is(words == 5 ? Whose::ours : Whose::kernel, frame));
    }
}

} // namespace pontoon::test
