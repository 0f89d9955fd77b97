#include "dataplane/port/xsk.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include "dataplane/port/make.hpp"
#include "tests/functional/ports/device.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon {

using namespace frames;

namespace {

constexpr unsigned kMostBytes = 18 * 2048; // of a frame

// The port on one end, or on a macvlan over it, which has no XDP in its driver; the kernel on the other.
struct Veth {
    explicit Veth(int mtu = 1500, unsigned buffers = 4096, const std::string& end = "veth0") : pool(buffers) {
        const std::string settings = " mtu " + std::to_string(mtu) + " up && ";
        sh("ip link add veth0 type veth peer name veth1 && ip link set veth1" + settings + "ip link set veth0" +
           settings + "ip link add generic0 link veth0 type macvlan mode passthru && ip link set generic0 up");
        port.emplace(XskSpec{.interface = end}, pool);
        kernel.emplace("veth1");
    }
    Veth(const Veth&) = delete;
    Veth& operator=(const Veth&) = delete;
    ~Veth() {
        port.reset();
        sh("ip link delete veth0 2>/dev/null || true");
    }

    Buffer receive() {
        std::array<rte_mbuf*, 1> packet{};
        return Buffer(port->receive(packet) == 1 ? packet[0] : nullptr);
    }
    unsigned transmit(Buffer packet) {
        std::array<rte_mbuf*, 1> packets{packet.release()};
        const unsigned sent = port->transmit(packets);
        const Buffer left(sent == 0 ? packets[0] : nullptr);
        return sent;
    }

    TestPool pool;
    std::optional<XskPort> port;
    std::optional<RawSocket> kernel;
};

Bytes udp_frame(std::size_t data) {
    return ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4, filled(data))));
}

const std::string kGeneric = "generic0";

} // namespace

TEST_CASE("frames come and go whole by AF_XDP, in the driver and generic") {
    const std::string end = GENERATE(std::string("veth0"), kGeneric);
    Veth veth(1500, 4096, end);
    CHECK(veth.port->is_native() == (end != kGeneric));
    for (const std::size_t data : {18UL, 60UL, 1000UL, 1472UL}) {
        INFO(data);
        const Bytes frame = udp_frame(data);
        veth.kernel->send(frame);
        Buffer packet = veth.receive();
        REQUIRE(packet);
        CHECK((bytes_of(packet.get()) == frame));
        CHECK(packet->ol_flags == 0);
        CHECK(rte_pktmbuf_headroom(packet.get()) == RTE_PKTMBUF_HEADROOM);
        CHECK(veth.transmit(std::move(packet)) == 1);
        const auto heard = veth.kernel->next();
        REQUIRE(heard);
        CHECK((heard->frame == frame));
    }
}

TEST_CASE("an AF_XDP socket forgets no buffer, however many packets pass it") {
    const std::string end = GENERATE(std::string("veth0"), kGeneric);
    Veth veth(1500, 4096, end);
    std::array<rte_mbuf*, 64> packets{};
    unsigned heard = 0;
    for (std::uint8_t turn = 0; turn < 100; ++turn) {
        for (std::uint8_t i = 0; i < 64; ++i) {
            veth.kernel->send(plain(kMacB, kMacA, i));
        }
        REQUIRE(veth.port->receive(packets) == 64);
        REQUIRE(veth.port->transmit(packets) == 64);
        for (std::uint8_t i = 0; i < 64; ++i) {
            const auto frame = veth.kernel->next();
            REQUIRE(frame);
            REQUIRE((frame->frame == plain(kMacB, kMacA, i)));
            ++heard;
        }
    }
    CHECK(heard == 6400);
} // the pool's end looks for what is missing, and sent and waiting buffers with it

TEST_CASE("what the socket cannot use as it is, it copies: several owners, several buffers, another pool") {
    Veth veth;
    TestPool other;
    const Bytes frame = udp_frame(900);

    const Buffer shared(veth.pool.copy(frame));
    rte_pktmbuf_refcnt_update(shared.get(), 1);
    CHECK(veth.transmit(Buffer(shared.get())) == 1);
    CHECK(rte_mbuf_refcnt_read(shared.get()) == 1);
    CHECK((veth.kernel->next()->frame == frame));

    const std::array<std::size_t, 2> parts{100, 300};
    CHECK(veth.transmit(chained(veth.pool, frame, parts)) == 1);
    CHECK((veth.kernel->next()->frame == frame));

    CHECK(veth.transmit(Buffer(other.copy(frame))) == 1);
    CHECK(other.available() == 4096);
    CHECK((veth.kernel->next()->frame == frame));
}

TEST_CASE("a frame that is too long costs only itself") {
    Veth veth;
    std::array<rte_mbuf*, 3> packets{veth.pool.copy(plain(kMacB, kMacA, 1)), veth.pool.copy(filled(2049)),
                                     veth.pool.copy(plain(kMacB, kMacA, 2))};
    rte_mbuf* const refused = packets[1];
    REQUIRE(veth.port->transmit(packets) == 2);
    CHECK(packets[2] == refused);
    rte_pktmbuf_free(refused);
    CHECK((veth.kernel->next()->frame == plain(kMacB, kMacA, 1)));
    CHECK((veth.kernel->next()->frame == plain(kMacB, kMacA, 2)));
}

TEST_CASE("frames longer than a buffer come and go in several, up to 36 KB") {
    const std::string end = GENERATE(std::string("veth0"), kGeneric);
    Veth veth(kMostBytes - 18, 4096, end);
    CHECK(veth.port->capabilities().frame == kMostBytes);
    CHECK(veth.port->is_native() == (end != kGeneric));
    for (int turn = 0; turn < 40; ++turn) {
        for (const std::size_t length : {60UL, 2048UL, 2049UL, 4096UL, 4097UL, 9014UL, 20000UL, kMostBytes - 4UL}) {
            INFO(length);
            const Bytes frame = udp_frame(length - 42);
            veth.kernel->send(frame);
            Buffer packet = veth.receive();
            REQUIRE(packet);
            REQUIRE((bytes_of(packet.get()) == frame));
            REQUIRE(packet->nb_segs == (length + 2047) / 2048);
            REQUIRE(veth.transmit(std::move(packet)) == 1);
            const auto heard = veth.kernel->next();
            REQUIRE(heard);
            REQUIRE((heard->frame == frame));
        }
    }
}

TEST_CASE("a long packet that is not the socket's own is copied to as few buffers as it needs") {
    Veth veth(kMostBytes - 18);
    TestPool other;
    const Bytes frame = udp_frame(kMostBytes - 4 - 42);
    const std::vector<std::size_t> parts(30, 1000); // and one with the rest: more pieces than the kernel takes
    CHECK(veth.transmit(chained(veth.pool, frame, parts)) == 1);
    CHECK((veth.kernel->next()->frame == frame));
    CHECK(veth.transmit(Buffer(other.copy(frame))) == 1);
    CHECK(other.available() == 4096);
    CHECK((veth.kernel->next()->frame == frame));

    const Buffer shared(veth.pool.copy(frame));
    rte_pktmbuf_refcnt_update(shared.get(), 1);
    CHECK(veth.transmit(Buffer(shared.get())) == 1);
    CHECK(rte_mbuf_refcnt_read(shared.get()) == 1);
    CHECK((bytes_of(shared.get()) == frame));
    CHECK((veth.kernel->next()->frame == frame));
    CHECK(veth.transmit(Buffer(veth.pool.copy(filled(kMostBytes + 1)))) == 0);
}

TEST_CASE("long packets fill the ring, and what has no room stays with the caller") {
    Veth veth(9000);
    std::vector<rte_mbuf*> packets(400);
    const Bytes frame = udp_frame(8000);
    for (auto*& packet : packets) {
        packet = veth.pool.copy(frame);
        REQUIRE(packet != nullptr);
    }
    unsigned heard = 0;
    for (std::span<rte_mbuf*> left(packets); !left.empty();) {
        const unsigned sent = veth.port->transmit(left);
        REQUIRE(sent != 0);
        left = left.subspan(sent);
        while (const auto got = veth.kernel->now()) {
            REQUIRE((got->frame == frame));
            ++heard;
        }
    }
    while (heard < 400 && veth.kernel->next()) {
        ++heard;
    }
    CHECK(heard == 400);
}

TEST_CASE("an MTU above what AF_XDP carries is refused by name") {
    TestPool pool;
    sh("ip link add veth0 mtu 65535 type veth peer name veth1");
    CHECK_THROWS_WITH(XskPort({.interface = "veth0"}, pool),
                      "veth0: its MTU 65535 is not supported by AF_XDP, which carries 36846");
    sh("ip link delete veth0");
}

TEST_CASE("an empty pool stops what comes in, until buffers are back") {
    Veth veth(1500, 1024);
    std::vector<Buffer> taken;
    while (rte_mbuf* buffer = veth.pool.copy(filled(1))) {
        taken.emplace_back(buffer);
    }
    std::array<rte_mbuf*, 64> packets{};
    unsigned got = 0;
    for (int i = 0; i < 600; ++i) {
        veth.kernel->send(plain(kMacB, kMacA));
    }
    while (const unsigned count = veth.port->receive(packets)) {
        for (rte_mbuf* packet : std::span(packets).first(count)) {
            taken.emplace_back(packet);
        }
        got += count;
    }
    CHECK(got == 512);
    taken.clear();
    ::usleep(100); // it looks for buffers now and then
    CHECK(veth.receive() == nullptr);
    veth.kernel->send(plain(kMacB, kMacA, 5));
    const Buffer packet = veth.receive();
    REQUIRE(packet);
    CHECK((bytes_of(packet.get()) == plain(kMacB, kMacA, 5)));
}

TEST_CASE("an AF_XDP socket wakes its worker, and whoever asks it next is told that its interface has gone") {
    Veth veth;
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {}};
    REQUIRE(::epoll_ctl(epoll, EPOLL_CTL_ADD, veth.port->wait_fd(), &event) == 0);
    CHECK(::epoll_wait(epoll, &event, 1, 0) == 0);
    veth.kernel->send(plain(kMacB, kMacA));
    CHECK(::epoll_wait(epoll, &event, 1, 1000) == 1);
    CHECK(veth.receive() != nullptr);

    sh("ip link set veth0 down && ip link set veth0 up");
    CHECK_FALSE(veth.port->failed());
    sh("ip link delete veth0");                             // the kernel wakes nobody for this
    for (int i = 0; i < 100 && !veth.port->failed(); ++i) { // as a worker asks before it sleeps
        ::usleep(10);
        CHECK(veth.receive() == nullptr);
    }
    CHECK(veth.port->failed());
    CHECK(veth.transmit(Buffer(veth.pool.copy(plain(kMacB, kMacA)))) == 0);
    ::close(epoll);
}

TEST_CASE("an AF_XDP socket that sends is told that its interface has gone") {
    Veth veth;
    sh("ip link delete veth0");
    CHECK_FALSE(veth.port->failed());
    veth.transmit(Buffer(veth.pool.copy(plain(kMacB, kMacA)))); // may stay in the ring: the pool has it back at the end
    CHECK(veth.port->failed());
    CHECK(veth.transmit(Buffer(veth.pool.copy(plain(kMacB, kMacA)))) == 0);
}

TEST_CASE("a socket enters somebody else's program by its map") {
    Veth veth;
    const TakeAll program(if_nametoindex("veth1"));
    XskPort joined({.interface = "veth1", .own_program = false, .xsks_map = program.xsks_map()}, veth.pool);
    CHECK(veth.transmit(Buffer(veth.pool.copy(plain(kMacB, kMacA, 9)))) == 1);
    std::array<rte_mbuf*, 1> packet{};
    REQUIRE(joined.receive(packet) == 1);
    const Buffer received(packet[0]);
    CHECK((bytes_of(received.get()) == plain(kMacB, kMacA, 9)));
}

TEST_CASE("an interface may be in another namespace") {
    TestPool pool;
    const int netns = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    sh("ip link add veth0 type veth peer name veth1 && ip link set veth0 up && ip link set veth1 up");
    REQUIRE(::unshare(CLONE_NEWNET) == 0);
    const int elsewhere = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    {
        const XskPort port({.interface = "veth0", .netns = netns}, pool);
        CHECK(port.is_native());
        CHECK_THROWS_WITH(XskPort({.interface = "veth0", .netns = netns}, pool), Catch::Contains("veth0: cannot"));
        CHECK_THROWS_WITH(XskPort({.interface = "veth0"}, pool), Catch::Contains("veth0: cannot find the interface"));
        struct stat before{};
        struct stat now{};
        ::fstat(elsewhere, &before);
        REQUIRE(::stat("/proc/thread-self/ns/net", &now) == 0);
        CHECK(before.st_ino == now.st_ino); // back home, also after what was thrown
    }
    REQUIRE(::setns(netns, CLONE_NEWNET) == 0);
    sh("ip link delete veth0");
    for (const int fd : {netns, elsewhere}) {
        ::close(fd);
    }
}

TEST_CASE("several sockets share a pool, and one outlives the other") {
    Veth first;
    sh("ip link add veth2 type veth peer name veth3 && ip link set veth2 up && ip link set veth3 up");
    {
        XskPort second({.interface = "veth2"}, first.pool);
        RawSocket kernel("veth3");
        first.kernel->send(plain(kMacB, kMacA, 7));
        std::array<rte_mbuf*, 1> packet{};
        REQUIRE(first.port->receive(packet) == 1);
        REQUIRE(second.transmit(packet) == 1);
        CHECK((kernel.next()->frame == plain(kMacB, kMacA, 7)));
        first.port.reset();
        kernel.send(plain(kMacA, kMacB, 8));
        REQUIRE(second.receive(packet) == 1);
        const Buffer received(packet[0]);
        CHECK((bytes_of(received.get()) == plain(kMacA, kMacB, 8)));
    }
    sh("ip link delete veth2");
}

} // namespace pontoon
