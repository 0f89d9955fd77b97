#include "dataplane/port/tap.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "dataplane/port/make.hpp"
#include "tests/functional/ports/tap_device.hpp"

namespace pontoon {

using namespace frames;

namespace {

constexpr VirtioHeader kOwesTcp{VirtioHeader::kNeedsChecksum, 0, 0, 0, 34, 16};
constexpr VirtioHeader kOwesUdp{VirtioHeader::kNeedsChecksum, 0, 0, 0, 34, 6};

} // namespace

TEST_CASE("frames of every length come and go whole by a TAP device") {
    Tap tap;
    sh("ip link set tap0 mtu 65521");
    for (const std::size_t data : {18UL, 1000UL, 2006UL, 2007UL, 4096UL, 65000UL, 65365UL, 65366UL, 65493UL}) {
        INFO(data);
        const Bytes frame = udp_frame(data);
        tap.kernel.send(frame);
        Buffer packet = tap.receive();
        REQUIRE(packet);
        CHECK((bytes_of(packet.get()) == frame));
        CHECK(packet->nb_segs == (frame.size() <= Pool::kLargeBytes ? 1 : 2));
        CHECK(packet->ol_flags == 0);
        CHECK(tap.receive() == nullptr);
        CHECK(tap.transmit(std::move(packet)) == 1);
        const auto heard = tap.kernel.next();
        REQUIRE(heard);
        CHECK((heard->frame == frame));
        CHECK(heard->header.is_plain());
    }
}

TEST_CASE("a packet owes by a TAP device what it owed when it came") {
    struct Case {
        const char* what;
        Bytes frame;
        VirtioHeader header;
        std::uint64_t flags;
    };
    const auto tcp6 = ethernet(0x86dd, ip6(6, tcp(kEnds6, filled(60000), Sums::partial)));
    const auto udp6 = ethernet(0x86dd, ip6(17, udp(kEnds6, filled(9000), Sums::partial)));
    constexpr auto needs = VirtioHeader::kNeedsChecksum;
    const Case cases[] = {
        {"TCP", tcp_frame(100, Sums::partial), kOwesTcp, RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_IPV4},
        {"UDP", udp_frame(100, Sums::partial), kOwesUdp, RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_IPV4},
        {"TCP over IPv4, to be cut",
         tcp_frame(65481, Sums::partial),
         {needs, 1, 54, 1448, 34, 16},
         RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_IPV4},
        {"TCP over IPv6, to be cut",
         tcp6,
         {needs, 4, 74, 1428, 54, 16},
         RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_IPV6},
        {"UDP over IPv4, to be cut",
         udp_frame(9000, Sums::partial),
         {needs, 5, 42, 1000, 34, 6},
         RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_UDP_SEG | RTE_MBUF_F_TX_IPV4},
        {"UDP over IPv6, to be cut",
         udp6,
         {needs, 5, 62, 1000, 54, 6},
         RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_UDP_SEG | RTE_MBUF_F_TX_IPV6},
    };
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    Tap tap;
    for (const auto& [what, frame, header, flags] : cases) {
        INFO(what);
        tap.kernel.send(frame, header);
        Buffer packet = tap.receive();
        REQUIRE(packet);
        CHECK((bytes_of(packet.get()) == frame));
        CHECK(packet->ol_flags == (flags | good));
        CHECK(tap.transmit(std::move(packet)) == 1);
        const auto heard = tap.kernel.next();
        REQUIRE(heard);
        CHECK((heard->frame == frame));
        CHECK(heard->header.flags == needs);
        CHECK(heard->header.segments == header.segments);
        CHECK(heard->header.segment_size == header.segment_size);
        CHECK(heard->header.checksum_start == header.checksum_start);
        CHECK(heard->header.checksum_offset == header.checksum_offset);
    }
}

TEST_CASE("chains and packets with several owners are sent as they are, and not changed") {
    Tap tap;
    const Bytes frame = tcp_frame(20000, Sums::partial);
    const std::array<std::size_t, 4> parts{60, 1, 2000, 0};
    Buffer packet = chained(tap.small, frame, parts);
    packet->ol_flags = RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_IPV4;
    packet->l2_len = 14;
    packet->l3_len = 20;
    packet->l4_len = 20;
    packet->tso_segsz = 1000;
    CHECK(tap.transmit(std::move(packet)) == 1);
    const auto heard = tap.kernel.next();
    REQUIRE(heard);
    CHECK((heard->frame == frame));
    CHECK(heard->header.segment_size == 1000);

    Buffer shared(tap.small.copy(plain(kMacB, kMacA)));
    std::uint8_t* const before = rte_pktmbuf_mtod(shared.get(), std::uint8_t*) - 1;
    *before = 0x5a;
    rte_pktmbuf_refcnt_update(shared.get(), 1);
    CHECK(tap.transmit(Buffer(shared.get())) == 1);
    CHECK(*before == 0x5a);
    CHECK(rte_mbuf_refcnt_read(shared.get()) == 1);
    REQUIRE(tap.kernel.next());
}

TEST_CASE("a device that is down takes nothing and works again when it is up") {
    Tap tap;
    sh("ip link set tap0 down");
    CHECK(tap.transmit(Buffer(tap.small.copy(plain(kMacB, kMacA)))) == 0);
    CHECK(tap.receive() == nullptr);
    CHECK_FALSE(tap.port.failed());
    sh("ip link set tap0 up");
    RawSocket kernel("tap0");
    CHECK(tap.transmit(Buffer(tap.small.copy(plain(kMacB, kMacA)))) == 1);
    CHECK((kernel.next()->frame == plain(kMacB, kMacA)));
    kernel.send(plain(kMacA, kMacB));
    CHECK(tap.receive() != nullptr);
}

TEST_CASE("a device that is deleted is told from one that is down, and wakes its worker once") {
    Tap tap;
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {}};
    REQUIRE(::epoll_ctl(epoll, EPOLL_CTL_ADD, tap.port.wait_fd(), &event) == 0);
    CHECK(::epoll_wait(epoll, &event, 1, 0) == 0);
    tap.kernel.send(plain(kMacB, kMacA));
    CHECK(::epoll_wait(epoll, &event, 1, 1000) == 1);
    CHECK(tap.receive() != nullptr);

    sh("ip link delete tap0");
    CHECK(::epoll_wait(epoll, &event, 1, 1000) == 1);
    CHECK(tap.receive() == nullptr);
    CHECK(tap.port.failed());
    CHECK(::epoll_wait(epoll, &event, 1, 20) == 0);
    CHECK(tap.transmit(Buffer(tap.small.copy(plain(kMacB, kMacA)))) == 0);
    ::close(epoll);
}

TEST_CASE("a device that is deleted is noticed by sending too") {
    Tap tap;
    const std::size_t count = GENERATE(1, 30);
    std::vector<rte_mbuf*> packets(count);
    for (auto& packet : packets) {
        packet = tap.small.copy(plain(kMacB, kMacA));
    }
    sh("ip link delete tap0");
    CHECK_FALSE(tap.port.failed());
    CHECK(tap.port.transmit(packets) == 0);
    CHECK(tap.port.failed());
    rte_pktmbuf_free_bulk(packets.data(), static_cast<unsigned>(count));
}

TEST_CASE("what is no TAP device is refused and closed") {
    TestPool small;
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    CHECK_THROWS_AS(make_port(TapSpec{fd}, {small, small}), std::runtime_error);
    CHECK(::fcntl(fd, F_GETFD) == -1);
}

} // namespace pontoon
