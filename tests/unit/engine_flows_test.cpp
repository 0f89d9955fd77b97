// Flows that one engine saves and another takes over, and what a file must not be able to do.
#include <catch2/catch.hpp>

#include "dataplane/wire/checksum.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/stepped_switch.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::engine_flows_test {

using namespace frames;

namespace {

constexpr std::uint8_t kSyn = 0x02, kSynAck = 0x12, kAck = 0x10;
const std::string kClient = endpoint_name(0, 0), kServer = endpoint_name(0, 1);

Config published_world(unsigned endpoints = 2) {
    Config config = world(endpoints);
    config.publishes = {{Ipv4{}, {8080, 8080}, Transport::tcp, kServer, {80, 80}}};
    config.conntrack.tcp_loose = false; // what goes on was known
    return config;
}

Datagram segment(Datagram ends, std::uint16_t from, std::uint16_t to, std::uint8_t flags, std::uint32_t seq,
                 std::uint32_t ack) {
    ends.protocol = test::kTcp;
    ends.transport =
        test::Writer().u16(from).u16(to).u32(seq).u32(ack).u8(0x50).u8(flags).u16(8192).u16(0).u16(0).take();
    test::seal(ends);
    return ends;
}

const Datagram kOut{mac_of(address_of(0, 1)), mac_of(0, 0), address_of(0, 2), kRemote, test::kTcp};
const Datagram kIn{kUplinkMac, mac_of(kRouter), kRemote, kHost, test::kTcp};
const Datagram kReply{mac_of(address_of(0, 1)), mac_of(0, 1), address_of(0, 3), kRemote, test::kTcp};

// The one frame that comes out of there.
Datagram passed(SteppedSwitch& s, const std::string& to) {
    s.run();
    const auto out = s.take(to);
    REQUIRE(out.size() == 1);
    return *test::datagram_of(out[0]);
}

// Opens a connection from the client to the world, one from the world to the server, and asks by UDP. Returns what the
// world saw of the first.
test::Tuple begin_all(SteppedSwitch& s) {
    s.feed(kClient, segment(kOut, 4000, 443, kSyn, 100, 0));
    const auto seen = test::tuple_of(passed(s, kUplinkName));
    s.feed(kUplinkName, segment(kIn, 443, seen.source_port, kSynAck, 900, 101));
    (void)passed(s, kClient);
    s.feed(kClient, segment(kOut, 4000, 443, kAck, 101, 901));
    (void)passed(s, kUplinkName);
    s.feed(kUplinkName, segment(kIn, 5000, 8080, kSyn, 100, 0));
    (void)passed(s, kServer);
    s.feed(kServer, segment(kReply, 80, 5000, kSynAck, 900, 101));
    (void)passed(s, kUplinkName);
    s.feed(kUplinkName, segment(kIn, 5000, 8080, kAck, 101, 901));
    (void)passed(s, kServer);
    s.feed(kClient, udp_out(0));
    s.feed(kUplinkName, answer_to(test::frame_of(passed(s, kUplinkName))));
    (void)passed(s, kClient);
    return seen;
}

std::size_t restore(SteppedSwitch& s, const std::filesystem::path& file) {
    const auto flows = FlowFile::open(file);
    REQUIRE(flows);
    return s.engine().restore_flows(*flows, s.now());
}

void seal_file(Bytes& bytes) {
    const auto crc = crc32c(bytes.data(), bytes.size() - 4, 0xffff'ffff);
    std::memcpy(&bytes[bytes.size() - 4], &crc, sizeof crc);
}

} // namespace

TEST_CASE("flows that were saved go on in another engine, with other numbers") {
    const unsigned workers = GENERATE(1U, 2U, 3U);
    const TempDir dir;
    test::Tuple seen;
    {
        SteppedSwitch s(published_world(), workers);
        seen = begin_all(s);
        CHECK(s.engine().save_flows(dir / "flows", s.now()) == 3);
    }
    Config config = published_world(3);
    std::ranges::reverse(config.endpoints); // ports are numbered anew
    config.networks.insert(config.networks.begin(), {"other", Prefix4{Ipv4{be32{0xac100000}}, 16},
                                                     Ipv4{be32{0xac100001}}, mac_of(Ipv4{be32{0xac100001}})});
    SteppedSwitch s({}, {.workers = workers, .seed = 2, .flows = 1024});
    s.engine().expect_ports(FlowFile::open(dir / "flows")->names());
    for (const auto& endpoint : config.endpoints) {
        s.attach(endpoint.name);
    }
    s.attach(kUplinkName);
    s.publish(config);
    CHECK(restore(s, dir / "flows") == 3);
    CHECK(s.engine().stats().flows.active == 3);
    CHECK(restore(s, dir / "flows") == 0); // they are there
    s.feed(kClient, segment(kOut, 4000, 443, kAck, 101, 901));
    CHECK(test::tuple_of(passed(s, kUplinkName)) == seen);
    s.feed(kUplinkName, segment(kIn, 443, seen.source_port, kAck, 901, 101));
    CHECK(passed(s, kClient).source == kRemote);
    s.feed(kServer, segment(kReply, 80, 5000, kAck, 901, 101));
    CHECK(test::tuple_of(passed(s, kUplinkName)) == test::Tuple{test::kTcp, kHost, 8080, kRemote, 5000});
    s.feed(kUplinkName, segment(kIn, 5000, 8080, kAck, 101, 901));
    CHECK(test::tuple_of(passed(s, kServer)).destination_port == 80);
    s.feed(kUplinkName, segment(kIn, 443, seen.source_port, kAck, 901'000'000, 101)); // the window is known too
    s.run();
    CHECK(drops(s.engine().stats(), Reason::tcp_out_of_window) == 1);
    CHECK(s.engine().stats().flows.created == 3);
}

TEST_CASE("only what the configuration allows goes on, and only what is not over") {
    const TempDir dir;
    {
        SteppedSwitch s(published_world(), 1);
        (void)begin_all(s);
        (void)s.engine().save_flows(dir / "flows", s.now());
    }
    Config config = published_world();
    std::size_t left = 3;
    Nanoseconds earlier = 0;
    SECTION("nothing published") {
        config.publishes.clear();
        left = 2;
    }
    SECTION("published for another") {
        config.publishes[0].endpoint = kClient;
        left = 2;
    }
    SECTION("another address of the container") {
        config.endpoints[0].ipv4 = address_of(0, 9);
        left = 1;
    }
    SECTION("no masquerade") {
        config.networks[0].masquerade = false;
        left = 1;
    }
    SECTION("other NAT ports") {
        config.uplink->nat_ports = {{50000, 50100}};
        left = 1;
    }
    SECTION("another network of the same addresses") {
        config.networks[0].name = config.endpoints[0].network = config.endpoints[1].network = "new";
        left = 0;
    }
    SECTION("less room") {
        config.conntrack.max = 2;
        left = 2;
    }
    SECTION("two minutes later UDP is over") {
        earlier = 121'000'000'000;
        left = 2;
    }
    SECTION("a month later all is over") {
        earlier = Nanoseconds{30} * 86400 * 1'000'000'000;
        left = 0;
    }
    auto bytes = read_file(dir / "flows");
    Nanoseconds saved_at = 0;
    std::memcpy(&saved_at, &bytes[16], sizeof saved_at);
    if (saved_at >= earlier) { // the machine has been up for so long
        saved_at -= earlier;
        std::memcpy(&bytes[16], &saved_at, sizeof saved_at);
        seal_file(bytes);
        write_file(dir / "flows", bytes);
        SteppedSwitch s(config, 1);
        CHECK(restore(s, dir / "flows") == left);
        CHECK(s.engine().stats().flows.active == left);
    }
}

TEST_CASE("a file that was cut or changed is refused, and there need be none") {
    const TempDir dir;
    CHECK_FALSE(FlowFile::open(dir / "flows"));
    {
        SteppedSwitch s(published_world(), 1);
        (void)begin_all(s);
        (void)s.engine().save_flows(dir / "flows", s.now());
    }
    const auto good = read_file(dir / "flows");
    for (std::size_t length = 0; length < good.size(); length += 7) {
        write_file(dir / "flows", Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)));
        CHECK_THROWS_AS(FlowFile::open(dir / "flows"), std::runtime_error);
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] ^= 0x10;
        write_file(dir / "flows", bad);
        CHECK_THROWS_AS(FlowFile::open(dir / "flows"), std::runtime_error);
    }
    auto of_another_start = good;
    of_another_start[24] ^= 1;
    seal_file(of_another_start);
    write_file(dir / "flows", of_another_start);
    CHECK_FALSE(FlowFile::open(dir / "flows"));
    std::filesystem::remove(dir / "flows");
    std::filesystem::create_directory(dir / "flows");
    CHECK_THROWS_AS(FlowFile::open(dir / "flows"), std::runtime_error);
}

TEST_CASE("whatever a well-sealed file says, the switch stays sound and lets nothing pass that it would not") {
    const TempDir dir;
    {
        SteppedSwitch s(published_world(), 1);
        (void)begin_all(s);
        (void)s.engine().save_flows(dir / "flows", s.now());
    }
    const auto good = read_file(dir / "flows");
    test::Dice dice(1);
    for (int round = 0; round < steps(2000); ++round) {
        auto bad = good;
        for (auto changes = dice.below(4); changes-- != 0 || round % 4 == 0;) {
            bad[64 + dice.below(static_cast<unsigned>(bad.size()) - 68)] = static_cast<std::uint8_t>(dice.below(256));
            if (round % 4 == 0) {
                break;
            }
        }
        seal_file(bad);
        write_file(dir / "flows", bad);
        SteppedSwitch s(published_world(), 1 + static_cast<unsigned>(dice.below(2)));
        try {
            const auto flows = FlowFile::open(dir / "flows");
            REQUIRE(s.engine().restore_flows(*flows, s.now()) <= flows->size());
        } catch (const std::runtime_error&) {
            continue; // names that run past the end
        }
        s.feed(kClient, segment(kOut, 4000, 443, kAck, 101, 901));
        s.feed(kServer, segment(kReply, 80, 5000, kAck, 901, 101));
        s.feed(kUplinkName, segment(kIn, 5000, 8080, kAck, 101, 901));
        s.run();
        for (const auto& frame : s.take(kUplinkName)) {
            CHECK(test::datagram_of(frame)->source == kHost);
        }
        s.publish(published_world()); // all are looked at again
        s.run();
    }
}

TEST_CASE("a flow that was forgotten gets the same NAT port again, and under another secret another") {
    std::vector<test::Tuple> seen;
    for (const std::uint64_t secret : {7U, 7U, 8U}) {
        SteppedSwitch s(world(1), {.workers = 1, .seed = seen.size() + 1, .nat_secret = secret, .flows = 1024});
        s.feed(kClient, segment(kOut, 4000, 443, kAck, 101, 901)); // loose
        seen.push_back(test::tuple_of(passed(s, kUplinkName)));
    }
    CHECK(seen[0] == seen[1]);
    CHECK(seen[0].source_port != seen[2].source_port);
}

TEST_CASE(
    "where a server speaks first of a connection that was forgotten, it goes on as the one to the published port") {
    Config config = published_world();
    config.conntrack.tcp_loose = true;
    std::uint16_t from = 80;
    SECTION("the published port") {}
    SECTION("another port of the container") {
        from = 81;
    }
    SECTION("published twice: nobody knows at which") {
        config.publishes.push_back({Ipv4{}, {9090, 9090}, Transport::tcp, kServer, {80, 80}});
        from = 0;
    }
    SteppedSwitch s(config, 1);
    s.feed(kServer, segment(kReply, from != 0 ? from : 80, 5000, kAck, 901, 101));
    const auto seen = test::tuple_of(passed(s, kUplinkName));
    CHECK((seen.source_port == 8080) == (from == 80));
    if (from != 80) {
        return;
    }
    s.feed(kUplinkName, segment(kIn, 5000, 8080, kAck, 101, 901));
    CHECK(test::tuple_of(passed(s, kServer)).destination_port == 80);
    s.publish(config); // all are looked at again
    s.feed(kServer, segment(kReply, 80, 5000, kAck, 901, 101));
    CHECK(test::tuple_of(passed(s, kUplinkName)) == seen);
    CHECK(s.engine().stats().flows.created == 1);
    s.feed(kServer, segment(kReply, 80, 6000, kSyn, 901, 0)); // what begins a connection is the server's own
    CHECK(test::tuple_of(passed(s, kUplinkName)).source_port >= 61000);
}

} // namespace pontoon::engine_flows_test
