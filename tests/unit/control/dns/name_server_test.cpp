// The server on real sockets: the asker is 127.0.0.1, servers of the outside are 127.0.0.51 and following.
#include "control/dns/name_server.hpp"

#include <catch2/catch.hpp>

#include <sys/time.h>

#include <chrono>
#include <set>

#include "control/files/small_file.hpp"
#include "fake_server.hpp"
#include "questions.hpp"
#include "served_world.hpp"
#include "tests/unit/control/own_namespaces.hpp"
#include "tests/unit/eventually.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::name_server_test {
namespace {

using namespace std::chrono_literals;
using dns_test::FakeServer;
using dns_test::question;
using dns_test::reply_with;
using dns_test::socket_at;
using dns_test::told;
using dns_test::World;

void patient(int fd, int seconds) {
    const timeval limit{seconds, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

UniqueFd client(int type) {
    auto fd = socket_at(type, "127.0.0.1", 0);
    const auto server = dns_test::at("127.0.0.1", 53);
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0);
    patient(fd.get(), 5);
    return fd;
}

DnsBytes ask(const DnsBytes& query) {
    const auto fd = client(SOCK_DGRAM);
    ::send(fd.get(), query.data(), query.size(), 0);
    DnsBytes reply(65535);
    const auto size = ::recv(fd.get(), reply.data(), reply.size(), 0);
    reply.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return reply;
}

void send_framed(int fd, const DnsBytes& query) {
    DnsBytes bytes{static_cast<std::uint8_t>(query.size() >> 8), static_cast<std::uint8_t>(query.size())};
    bytes.insert(bytes.end(), query.begin(), query.end());
    ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

DnsBytes read_framed(int fd) { // empty: closed
    DnsBytes bytes(2);
    if (::recv(fd, bytes.data(), 2, MSG_WAITALL) != 2) {
        return {};
    }
    bytes.resize(std::size_t{bytes[0]} << 8 | bytes[1]);
    ::recv(fd, bytes.data(), bytes.size(), MSG_WAITALL);
    return bytes;
}

unsigned code(const DnsBytes& reply) {
    return reply.empty() ? 999 : told(reply).code;
}

std::vector<DnsBytes> good(const DnsBytes& query, bool) {
    return {reply_with(query, 3)};
}

} // namespace

TEST_CASE("name server: answers by UDP and, several questions on one connection, by TCP") {
    in_a_host([](const NetNs&) {
        World world;
        world.start();
        CHECK(told(ask(question({.name = "one"}))).answers.size() == 1);
        const auto fd = client(SOCK_STREAM);
        for (std::uint16_t id = 1; id < 4; ++id) {
            send_framed(fd.get(), question({.name = "one.front", .id = id}));
        }
        for (std::uint16_t id = 1; id < 4; ++id) {
            CHECK(told(read_framed(fd.get())).id == id);
        }
        const auto stranger = socket_at(SOCK_DGRAM, "127.0.0.77", 0);
        patient(stranger.get(), 5);
        const auto query = question({.name = "one"});
        const auto server = dns_test::at("127.0.0.1", 53);
        ::sendto(stranger.get(), query.data(), query.size(), 0, reinterpret_cast<const sockaddr*>(&server),
                 sizeof server);
        DnsBytes reply(512);
        reply.resize(static_cast<std::size_t>(::recv(stranger.get(), reply.data(), reply.size(), 0)));
        CHECK(code(reply) == 5);
    });
}

TEST_CASE("name server: asks the host's servers in order, by the protocol of the question") {
    in_a_host([](const NetNs&) {
        World world;
        FakeServer refuses("127.0.0.51",
                           [](const DnsBytes& query, bool) { return std::vector<DnsBytes>{reply_with(query, 5)}; });
        FakeServer silent("127.0.0.52", [](const DnsBytes&, bool) { return std::vector<DnsBytes>{}; });
        FakeServer answers("127.0.0.53", good);
        FakeServer fourth("127.0.0.54", good);
        world.servers("nameserver 127.0.0.51\nnameserver 127.0.0.52\nnameserver 127.0.0.53\n");
        world.start();
        const auto query = question({.name = "example.com", .edns = 1400, .id = 77});
        const auto reply = ask(query);
        CHECK(reply == reply_with(query, 3)); // as it is, with the asker's id
        CHECK((refuses.asked == 1 && silent.asked == 1 && answers.asked == 1));
        const auto fd = client(SOCK_STREAM);
        send_framed(fd.get(), query);
        CHECK(read_framed(fd.get()) == reply_with(query, 3));
        CHECK((refuses.asked == 2 && silent.asked == 2 && answers.asked == 2));
        SECTION("no more than three, and SERVFAIL if all fail") {
            world.servers("nameserver 127.0.0.51\nnameserver 127.0.0.52\nnameserver 127.0.0.55\n"
                          "nameserver 127.0.0.54\n");
            CHECK(eventually([&] { return code(ask(query)) == 2; })); // it looks at the file once a second
            CHECK(fourth.asked == 0);
        }
    });
}

TEST_CASE("name server: what comes from elsewhere or does not fit the question is no answer") {
    in_a_host([](const NetNs&) {
        World world;
        world.settings.forward.patience = 2000ms;
        std::set<std::uint16_t> ids;
        FakeServer spoofed("127.0.0.51", [&](const DnsBytes& query, bool) {
            ids.insert(id_of(query));
            auto other_id = reply_with(query);
            set_id(other_id, static_cast<std::uint16_t>(id_of(query) + 1));
            auto other_name = reply_with(query);
            other_name[13] = 'x';
            return std::vector<DnsBytes>{other_id,          other_name, query,
                                         DnsBytes{1, 2, 3}, DnsBytes(), reply_with(query, 3)};
        });
        world.servers("nameserver 127.0.0.51\n");
        world.start();
        for (int n = 0; n < 20; ++n) {
            const auto query = question({.name = "example.com", .id = 9});
            CHECK(ask(query) == reply_with(query, 3));
        }
        CHECK(ids.size() > 15);
    });
}

TEST_CASE("name server: a container's own servers are asked from its namespace, and nobody else") {
    in_a_host([](const NetNs&) {
        World world;
        const auto inside = new_namespace();
        shell(inside, "ip link set lo up");
        std::optional<FakeServer> own;
        inside.run([&] { own.emplace("127.0.0.60", good); });
        FakeServer hosts("127.0.0.60",
                         [](const DnsBytes& query, bool) { return std::vector<DnsBytes>{reply_with(query, 0)}; });
        auto one = *world.containers.by_name("one");
        one.dns = {"127.0.0.11", "127.0.0.254", "127.0.0.60"}; // Docker's, the gateway, and one
        one.place = {.path = "/proc/self/fd/" + std::to_string(inside.fd()), .pid = 0, .id = inside.id()};
        world.put(one);
        world.servers("nameserver 127.0.0.60\n");
        world.start();
        CHECK(code(ask(question({.name = "example.com"}))) == 3);
        const auto fd = client(SOCK_STREAM);
        send_framed(fd.get(), question({.name = "example.com"}));
        CHECK(code(read_framed(fd.get())) == 3);
        CHECK((own->asked == 2 && hosts.asked == 0));
        one.place.id.inode = 1; // another namespace is there now
        world.put(one);
        CHECK(code(ask(question({.name = "example.com"}))) == 2);
        CHECK(hosts.asked == 0);
    });
}

TEST_CASE("name server: who has no way out gets SERVFAIL for names of the outside") {
    in_a_host([](const NetNs&) {
        World world;
        const_cast<NetworkRecord*>(world.networks.by_name("front"))->internal = true;
        world.put(*world.containers.by_name("one"));
        FakeServer hosts("127.0.0.51", good);
        world.servers("nameserver 127.0.0.51\noptions ndots:1\n");
        world.start();
        CHECK(code(ask(question({.name = "example.com"}))) == 2);
        CHECK(code(ask(question({.name = "example"}))) == 0); // a single label, with ndots
        CHECK(told(ask(question({.name = "one"}))).answers.size() == 1);
        CHECK(hosts.asked == 0);
    });
}

TEST_CASE("name server: a server that there is no way to is not waited for") {
    in_a_host([](const NetNs&) {
        World world;
        world.settings.forward.patience = 30s;
        FakeServer hosts("127.0.0.51", good);
        world.servers("nameserver 192.0.2.1\n");
        world.start();
        const auto begin = std::chrono::steady_clock::now();
        CHECK(code(ask(question({.name = "example.com"}))) == 2);
        CHECK(std::chrono::steady_clock::now() - begin < 2s);
        world.servers("nameserver 192.0.2.1\nnameserver 127.0.0.51\n");
        CHECK(eventually([] { return code(ask(question({.name = "example.com"}))) == 3; })); // looked at once a second
        CHECK(hosts.asked == 1);
    });
}

TEST_CASE("name server: too many questions on their way are refused, and others are answered meanwhile") {
    in_a_host([](const NetNs&) {
        World world;
        world.settings.forward.container = 10;
        world.settings.forward.patience = 800ms;
        FakeServer silent("127.0.0.51", [](const DnsBytes&, bool) { return std::vector<DnsBytes>{}; });
        world.servers("nameserver 127.0.0.51\n");
        world.start();
        const auto fd = client(SOCK_DGRAM);
        for (std::uint16_t id = 0; id < 30; ++id) {
            const auto query = question({.name = "example.com", .id = id});
            ::send(fd.get(), query.data(), query.size(), 0);
        }
        const auto begin = std::chrono::steady_clock::now();
        CHECK(code(ask(question({.name = "one"}))) == 0);
        CHECK(std::chrono::steady_clock::now() - begin < 700ms);
        std::map<unsigned, int> codes;
        for (int n = 0; n < 30; ++n) {
            DnsBytes reply(512);
            const auto size = ::recv(fd.get(), reply.data(), reply.size(), 0);
            REQUIRE(size > 0);
            reply.resize(static_cast<std::size_t>(size));
            ++codes[code(reply)];
        }
        CHECK(codes[5] == 20);
        CHECK(codes[2] == 10);
    });
}

TEST_CASE("name server: connections that say nothing, too much or nonsense end, and others are answered") {
    in_a_host([](const NetNs&) {
        World world;
        world.settings.idle = 300ms;
        world.settings.connections_of_one = 5;
        world.start();
        std::vector<UniqueFd> silent;
        for (int n = 0; n < 5; ++n) {
            silent.push_back(client(SOCK_STREAM));
        }
        const auto sixth = client(SOCK_STREAM);
        CHECK(read_framed(sixth.get()).empty());
        CHECK(read_framed(silent[0].get()).empty()); // after 300 ms
        std::this_thread::sleep_for(100ms);
        const auto nonsense = client(SOCK_STREAM);
        send_framed(nonsense.get(), {1, 2, 3});
        CHECK(read_framed(nonsense.get()).empty());
        const auto fd = client(SOCK_STREAM);
        send_framed(fd.get(), question({.name = "one"}));
        CHECK(told(read_framed(fd.get())).answers.size() == 1);
    });
}

TEST_CASE("name server: ends while it waits for others") {
    in_a_host([](const NetNs&) {
        World world;
        world.settings.forward.patience = 30s;
        FakeServer silent("127.0.0.51", [](const DnsBytes&, bool) { return std::vector<DnsBytes>{}; });
        world.servers("nameserver 127.0.0.51\n");
        world.start();
        const auto fd = client(SOCK_DGRAM);
        const auto query = question({.name = "example.com"});
        ::send(fd.get(), query.data(), query.size(), 0);
        const auto stream = client(SOCK_STREAM);
        send_framed(stream.get(), query);
        while (silent.asked < 2) {
            std::this_thread::sleep_for(1ms);
        }
        const auto begin = std::chrono::steady_clock::now();
        world.server.reset();
        CHECK(std::chrono::steady_clock::now() - begin < 2s);
    });
}

} // namespace pontoon::name_server_test
