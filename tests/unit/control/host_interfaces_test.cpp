// What the daemon does to interfaces besides making them: announcing and removing.
#include <catch2/catch.hpp>

#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <atomic>

#include "control/announce.hpp"
#include "control/errands.hpp"
#include "control/interface.hpp"
#include "dataplane/wire/headers.hpp"
#include "tests/unit/control/own_namespaces.hpp"

namespace pontoon::host_interfaces_test {

namespace {

InterfaceSettings settings(const std::string& name) {
    InterfaceSettings settings;
    settings.name = name;
    settings.mac = *Mac::parse("02:42:ac:11:00:02");
    return settings;
}

// Hears the ARP of `interface` in the calling thread's namespace.
UniqueFd arp_socket(const std::string& interface) {
    UniqueFd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(ether_type::kArp);
    at.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    const timeval patience{5, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return socket;
}

} // namespace

TEST_CASE("an address is announced to the other end") {
    in_a_host([](const NetNs& host) {
        const auto container = new_namespace();
        const Mac mac = settings("").mac;
        make_veth(container, settings("eth0"), "end");
        UniqueFd socket;
        host.run([&] { socket = arp_socket("end"); });
        announce(container, "eth0", mac, *Ipv4::parse("172.17.0.2"));
        std::array<std::uint8_t, 128> frame{};
        REQUIRE(::recv(socket.get(), frame.data(), frame.size(), 0) == 60);
        const auto& ethernet = view<EthernetHeader>(frame.data());
        CHECK(ethernet.destination == kBroadcast);
        CHECK(ethernet.source == mac);
        const auto& arp = view<ArpPacket>(frame.data() + sizeof(EthernetHeader));
        CHECK(arp.operation == be16{ArpPacket::kRequest});
        CHECK(arp.sender_mac == mac);
        CHECK(arp.sender_ip.to_string() == "172.17.0.2");
        CHECK(arp.target_ip.to_string() == "172.17.0.2");
        CHECK(arp.hardware_type == be16{1});
        CHECK(arp.hardware_length == 6);
        CHECK(arp.protocol_length == 4);
        CHECK_THROWS_WITH(announce(container, "eth7", mac, *Ipv4::parse("172.17.0.2")),
                          Catch::StartsWith("eth7: cannot announce 172.17.0.2: "));
    });
}

TEST_CASE("an interface is out of sight when its removal returns, and all errands are done in the end") {
    in_a_host([](const NetNs&) {
        const auto container = new_namespace();
        const auto again = [&] { return container.run([] { return NetNs::current(); }); };
        std::atomic<int> done = 0;
        {
            Errands errands;
            for (int i = 0; i < 5; ++i) {
                (void)open_tap(container, settings("eth0"));
                REQUIRE(has_interface(container, "eth0"));
                errands.remove_seen(again(), "eth0");
                CHECK_FALSE(has_interface(container, "eth0"));
            }
            for (const auto* name : {"eth0", "eth1", "eth2"}) {
                (void)open_tap(container, settings(name));
                errands.remove(again(), name);
            }
            errands.remove_seen(again(), "never-there");
            for (int i = 0; i < 100; ++i) {
                errands.start([&] { ++done; });
            }
        }
        CHECK(done == 100);
        CHECK(ip(container, "link show").size() == 1); // lo
    });
}

} // namespace pontoon::host_interfaces_test
