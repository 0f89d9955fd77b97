#include "dataplane/port/nic.hpp"

#include <net/if.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/port/take_all.hpp"
#include "tests/functional/ports/device.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon {

using namespace frames;

namespace {

// The port on one end, the kernel on the other. `taken`: the interface whose frames the sockets get, if it is veth0.
struct Nic {
    explicit Nic(const std::string& taken, unsigned queues = 1) {
        const std::string both = " numrxqueues " + std::to_string(queues) + " numtxqueues " + std::to_string(queues);
        sh("ip link add veth0" + both + " type veth peer name veth1" + both + " && ip link add other0 type bridge");
        sh("ip link set veth1 up && ip link set veth0 up");
        program.emplace(if_nametoindex(taken.c_str()));
    }
    Nic(const Nic&) = delete;
    Nic& operator=(const Nic&) = delete;
    ~Nic() {
        port.reset();
        program.reset();
        sh("ip link delete other0; ip link delete veth0 2>/dev/null || true");
    }
    void open() {
        port.emplace(NicSpec{"veth0", program->xsks_map()}, pool);
        kernel.emplace("veth1");
    }

    Buffer receive() {
        std::array<rte_mbuf*, 1> packet{};
        return Buffer(port->receive(packet) == 1 ? packet[0] : nullptr);
    }

    TestPool pool;
    std::optional<TakeAll> program;
    std::optional<NicPort> port;
    std::optional<RawSocket> kernel;
};

Bytes flow(std::uint16_t port) {
    Bytes frame = ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4, filled(20))));
    frame[34] = static_cast<std::uint8_t>(port >> 8);
    frame[35] = static_cast<std::uint8_t>(port);
    return frame;
}

Bytes arp(std::uint8_t mark) {
    Bytes frame = ethernet(0x0806, filled(46));
    std::fill_n(frame.begin(), 6, 0xff);
    frame.back() = mark;
    return frame;
}

// As a worker's.
struct Epoll {
    explicit Epoll(int waited) : port(waited) { control(EPOLL_CTL_ADD); }
    Epoll(const Epoll&) = delete;
    Epoll& operator=(const Epoll&) = delete;
    ~Epoll() { ::close(fd); }
    void control(int operation) const {
        epoll_event event{.events = EPOLLIN | EPOLLET, .data = {}};
        REQUIRE(::epoll_ctl(fd, operation, port, &event) == 0);
    }
    [[nodiscard]] int events(int milliseconds) const {
        epoll_event event{};
        return ::epoll_wait(fd, &event, 1, milliseconds);
    }
    int port;
    int fd = ::epoll_create1(EPOLL_CLOEXEC);
};

} // namespace

TEST_CASE("a shared NIC brings copies of ARP, and nothing else of what the kernel gets") {
    Nic nic("other0");
    nic.open();
    for (std::uint8_t mark = 0; mark < 250; ++mark) { // past the ring's end
        nic.kernel->send(plain(kMacB, kMacA, mark));
        nic.kernel->send(arp(mark));
        const Buffer packet = nic.receive();
        REQUIRE(packet);
        REQUIRE((bytes_of(packet.get()) == arp(mark)));
        REQUIRE(nic.receive() == nullptr);
    }
    for (std::uint8_t mark = 0; mark < 100; ++mark) {
        nic.kernel->send(arp(mark));
    }
    std::array<rte_mbuf*, 64> packets{};
    REQUIRE(nic.port->receive(packets) == 64);
    for (std::uint8_t mark = 0; mark < 64; ++mark) {
        const Buffer packet(packets[mark]);
        CHECK((bytes_of(packet.get()) == arp(mark)));
    }
    REQUIRE(nic.port->receive(packets) == 36);
    rte_pktmbuf_free_bulk(packets.data(), 36);
}

TEST_CASE("what the port says by ARP does not come back, and ARP for others or inside a VLAN stays there") {
    Nic nic("other0");
    nic.open();
    std::array<rte_mbuf*, 1> packets{nic.pool.copy(arp(1))};
    REQUIRE(nic.port->transmit(packets) == 1);
    CHECK((nic.kernel->next()->frame == arp(1)));
    Bytes tagged = arp(2);
    tagged.insert(tagged.begin() + 12, {0x81, 0, 0, 7});
    nic.kernel->send(tagged);
    nic.kernel->send(ethernet(0x0806, filled(46))); // for another station
    nic.kernel->send(arp(3));
    const Buffer packet = nic.receive();
    REQUIRE(packet);
    CHECK((bytes_of(packet.get()) == arp(3)));
}

TEST_CASE("every queue of a shared NIC has a socket") {
    Nic nic("veth0", 4);
    nic.open();
    std::vector<bool> came(200);
    for (std::uint16_t port = 0; port < 200; ++port) {
        nic.kernel->send(flow(port));
    }
    std::array<rte_mbuf*, 64> packets{};
    while (const unsigned count = nic.port->receive(packets)) {
        for (rte_mbuf* packet : std::span(packets).first(count)) {
            const Buffer owned(packet);
            came.at(bytes_of(packet)[35]) = true;
        }
    }
    CHECK(std::ranges::count(came, true) == 200);
    packets[0] = nic.pool.copy(flow(1));
    CHECK(nic.port->transmit(std::span(packets).first(1)) == 1);
    CHECK((nic.kernel->next()->frame == flow(1)));
}

TEST_CASE("too many queues are refused by name") {
    Nic nic("other0", NicPort::kMostQueues + 1);
    CHECK_THROWS_WITH(nic.open(), Catch::Contains("veth0: has 9 receive queues, and AF_XDP here at most 8"));
}

TEST_CASE("a shared NIC wakes its worker for ARP and for frames, again and again") {
    Nic nic("veth0");
    nic.open();
    const Epoll epoll(nic.port->wait_fd());
    CHECK(epoll.events(0) == 0);
    for (int turn = 0; turn < 3; ++turn) {
        nic.kernel->send(flow(1));
        CHECK(epoll.events(1000) == 1);
        nic.kernel->send(flow(2)); // while the first has not been asked for
        CHECK(epoll.events(1000) == 1);
        CHECK(nic.receive() != nullptr);
        CHECK(nic.receive() != nullptr);
        CHECK(nic.receive() == nullptr);
        epoll.control(EPOLL_CTL_MOD);
        CHECK(epoll.events(0) == 0);
    }
    nic.kernel->send(flow(3));
    CHECK(nic.receive() != nullptr);
    nic.kernel->send(flow(4));
    epoll.control(EPOLL_CTL_MOD); // what is there already tells
    CHECK(epoll.events(0) == 1);
    CHECK(nic.receive() != nullptr);
}

TEST_CASE("ARP wakes a worker too, and an interface that was down keeps nobody awake") {
    Nic nic("other0");
    nic.open();
    const Epoll epoll(nic.port->wait_fd());
    nic.kernel->send(arp(1));
    CHECK(epoll.events(1000) == 1);
    CHECK(nic.receive() != nullptr);
    sh("ip link set veth0 down && ip link set veth0 up");
    CHECK(epoll.events(1000) == 1);
    for (int i = 0; i < 3; ++i) {
        ::usleep(1000); // it looks for errors now and then
        CHECK(nic.receive() == nullptr);
    }
    epoll.control(EPOLL_CTL_MOD);
    CHECK(epoll.events(0) == 0);
    CHECK_FALSE(nic.port->failed());
    nic.kernel->send(arp(2));
    CHECK(epoll.events(1000) == 1);
    const Buffer packet = nic.receive();
    REQUIRE(packet);
    CHECK((bytes_of(packet.get()) == arp(2)));
    sh("ip link delete veth0");
    for (int i = 0; i < 100 && !nic.port->failed(); ++i) {
        ::usleep(10);
        CHECK(nic.receive() == nullptr);
    }
    CHECK(nic.port->failed());
}

} // namespace pontoon
