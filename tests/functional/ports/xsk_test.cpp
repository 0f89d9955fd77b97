#include "dataplane/port/xsk.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "dataplane/port/make.hpp"
#include "tests/functional/ports/veth.hpp"

namespace pontoon {

using namespace frames;

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
