#include "control/interface.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <boost/json/serialize.hpp>

#include "own_namespaces.hpp"

namespace pontoon::interface_test {
namespace {

using Catch::Matchers::Equals;

InterfaceSettings settings(const std::string& name, const std::string& address = "172.17.0.2/16") {
    return {.name = name,
            .mac = Mac::parse("02:42:ac:11:00:02").value(),
            .mtu = 1500,
            .address = InterfaceAddress4::parse(address).value(),
            .default_gateway = Ipv4::parse("172.17.0.1").value()};
}

// "172.17.0.2/16 brd 172.17.255.255", one after another
std::string addresses(const NetNs& netns, const std::string& name) {
    return shell(netns, "ip -br -4 address show dev " + name + " | awk '{$1=$2=\"\"; print}' | xargs");
}

std::string routes(const NetNs& netns) {
    return shell(netns, "ip route | xargs");
}

bool is_open(const NetNs& netns, const std::string& name) { // someone has the device open
    const auto link = ip(netns, "link show dev " + name).at(0).as_object();
    return boost::json::serialize(link.at("flags")).find("LOWER_UP") != std::string::npos;
}

} // namespace

TEST_CASE("a TAP device is what its settings say") {
    in_a_host([](const NetNs&) {
        const auto container = new_namespace();
        const auto fd = open_tap(container, settings("eth0"));
        const auto link = ip(container, "link show dev eth0").at(0).as_object();
        CHECK(link.at("address") == "02:42:ac:11:00:02");
        CHECK(link.at("mtu") == 1500);
        CHECK(link.at("txqlen") == 4096);
        CHECK(boost::json::serialize(link.at("flags")) == R"(["BROADCAST","MULTICAST","UP","LOWER_UP"])");
        const auto& tun = link.at("linkinfo").at("info_data").as_object();
        CHECK(tun.at("type") == "tap");
        CHECK(tun.at("persist") == true);
        CHECK(tun.at("vnet_hdr") == true);
        CHECK(tun.at("pi") == false);
        CHECK(addresses(container, "eth0") == "172.17.0.2/16\n");
        CHECK(shell(container, "ip -4 address show dev eth0").find("brd 172.17.255.255") != std::string::npos);
        CHECK(routes(container) == "default via 172.17.0.1 dev eth0 172.17.0.0/16 dev eth0 proto kernel scope link src "
                                   "172.17.0.2\n");
        const auto offloads = shell(container, "ethtool -k eth0");
        for (const std::string feature : {"tx-checksumming", "tcp-segmentation-offload", "tx-udp-segmentation"}) {
            INFO(feature);
            CHECK(offloads.find(feature + ": on") != std::string::npos);
        }
        const auto lo = ip(container, "link show dev lo").at(0).as_object();
        CHECK(boost::json::serialize(lo.at("flags")).find("\"UP\"") != std::string::npos);
    });
}

TEST_CASE("a TAP device's descriptor carries whole frames, without waiting, and is not inherited") {
    in_a_host([](const NetNs& host) {
        const auto fd = open_tap(new_namespace(), settings("eth0"));
        int header = 0;
        CHECK(::ioctl(fd.get(), TUNGETVNETHDRSZ, &header) == 0);
        CHECK(header == 10);
        ifreq request{};
        CHECK(::ioctl(fd.get(), TUNGETIFF, &request) == 0);
        CHECK((request.ifr_flags & (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)) == (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
        CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0);
        CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
        // Nothing of it is in the host, whose loopback device is left alone.
        CHECK(ip(host, "link").size() == 1);
        CHECK(boost::json::serialize(ip(host, "link").at(0).at("flags")).find("\"UP\"") == std::string::npos);
    });
}

TEST_CASE("a TAP device takes every MTU that a network may have") {
    in_a_host([](const NetNs&) {
        for (const auto& [asked, given] : std::vector<std::pair<std::uint32_t, int>>{
                 {68, 68}, {9000, 9000}, {65521, 65521}, {65535, 65521}}) { // with its Ethernet header 65535
            const auto container = new_namespace();
            auto wanted = settings("eth0");
            wanted.mtu = asked;
            const auto fd = open_tap(container, wanted);
            CHECK(ip(container, "link show dev eth0").at(0).at("mtu") == given);
        }
    });
}

TEST_CASE("without an address or a gateway there is none") {
    in_a_host([](const NetNs& host) {
        auto wanted = settings("tap0");
        wanted.address.reset();
        wanted.default_gateway.reset();
        const auto fd = open_tap(host, wanted);
        CHECK(addresses(host, "tap0") == "\n");
        CHECK(routes(host) == "\n");
    });
}

TEST_CASE("a device says nothing of IPv6 where its network has none, and its namespace keeps ::1") {
    in_a_host([](const NetNs&) {
        const auto container = new_namespace();
        auto without = settings("eth0");
        without.ipv6 = false;
        const auto fd = open_tap(container, without);
        make_veth(container, {.name = "eth1", .mac = without.mac, .address = {}, .default_gateway = {}, .ipv6 = false},
                  "veth0");
        const auto other = open_tap(container, settings("eth2", "172.18.0.2/16"));
        CHECK(shell(container, "ip -6 -br address | awk '{print $1}' | xargs") == "lo eth2\n");
        CHECK(shell(container, "cat /proc/sys/net/ipv6/conf/eth[012]/disable_ipv6 | xargs") == "1 1 0\n");
    });
}

TEST_CASE("the second interface leaves the default route to the first") {
    in_a_host([](const NetNs&) {
        const auto container = new_namespace();
        CHECK(free_interface_name(container, "eth") == "eth0");
        const auto first = open_tap(container, settings("eth0"));
        CHECK(free_interface_name(container, "eth") == "eth1");
        auto wanted = settings("eth1", "172.18.0.2/16");
        wanted.default_gateway = Ipv4::parse("172.18.0.1").value();
        const auto second = open_tap(container, wanted);
        CHECK(routes(container).starts_with("default via 172.17.0.1 dev eth0 172.17.0.0/16"));
        CHECK(remove_interface(container, "eth0"));
        CHECK(free_interface_name(container, "eth") == "eth0");
    });
}

TEST_CASE("a TAP device outlives its descriptor, and is taken over with what the container made of it") {
    in_a_host([](const NetNs&) {
        const auto container = new_namespace();
        {
            const auto fd = open_tap(container, settings("eth0"));
        }
        REQUIRE(has_interface(container, "eth0"));
        CHECK_FALSE(is_open(container, "eth0"));
        const auto index = ip(container, "link show dev eth0").at(0).at("ifindex");
        shell(container, "ip address add 10.9.8.7/24 dev eth0; ip link set eth0 mtu 1200 down");
        const auto fd = open_tap(container, settings("eth0"));
        CHECK(is_open(container, "eth0"));
        const auto link = ip(container, "link show dev eth0").at(0).as_object();
        CHECK(link.at("ifindex") == index);
        CHECK(link.at("mtu") == 1500);
        CHECK(addresses(container, "eth0") == "172.17.0.2/16 10.9.8.7/24\n");
        CHECK(routes(container).starts_with("default via 172.17.0.1 dev eth0 "));
    });
}

TEST_CASE("a TAP device that is taken over with another address loses those it had") {
    in_a_host([](const NetNs&) {
        const auto container = new_namespace();
        {
            const auto fd = open_tap(container, settings("eth0"));
        }
        shell(container, "ip address add 172.17.0.9/16 dev eth0"); // secondary: goes with its primary
        auto wanted = settings("eth0", "172.20.0.5/24");
        wanted.mac = Mac::parse("02:42:ac:14:00:05").value();
        wanted.default_gateway = Ipv4::parse("172.20.0.1").value();
        const auto fd = open_tap(container, wanted);
        CHECK(addresses(container, "eth0") == "172.20.0.5/24\n");
        CHECK(ip(container, "link show dev eth0").at(0).at("address") == "02:42:ac:14:00:05");
        CHECK(routes(container) == "default via 172.20.0.1 dev eth0 172.20.0.0/24 dev eth0 proto kernel scope link src "
                                   "172.20.0.5\n");
    });
}

TEST_CASE("an interface that is not ours to take is refused by name") {
    in_a_host([](const NetNs& host) {
        const auto container = new_namespace();
        const auto fd = open_tap(container, settings("eth0"));
        CHECK_THROWS_WITH(open_tap(container, settings("eth0")),
                          Equals("eth0: is there already, and another process has it open"));
        CHECK(addresses(container, "eth0") == "172.17.0.2/16\n");
        shell(container, "ip link add eth1 type bridge");
        CHECK_THROWS_WITH(open_tap(container, settings("eth1")),
                          Equals("eth1: is there already, and is no TAP device"));
        CHECK_THROWS_WITH(make_veth(container, settings("eth1"), "veth0"), Equals("eth1: is there already"));
        shell(host, "ip link add veth0 type bridge");
        CHECK_THROWS_WITH(make_veth(container, settings("eth2"), "veth0"), Equals("veth0: is there already"));
        CHECK(ip(container, "link").size() == 3);
    });
}

TEST_CASE("names that the kernel would not take, or take for another, are refused") {
    in_a_host([](const NetNs& host) {
        const std::string longest = "abcdefghijklmno";
        CHECK_THROWS_WITH(open_tap(host, settings(longest + "p")),
                          Equals("abcdefghijklmnop: is longer than the 15 bytes that an interface's name may have"));
        for (const std::string name : {"", ".", "..", "a/b", "a b", "eth%d", "a:b"}) {
            CHECK_THROWS_WITH(open_tap(host, settings(name)), Equals('"' + name + "\": is no name for an interface"));
        }
        const auto fd = open_tap(host, settings(longest));
        CHECK(has_interface(host, longest));
    });
}

TEST_CASE("a TAP device whose settings fail is not left behind, one that was there is") {
    in_a_host([](const NetNs& host) {
        auto wanted = settings("tap0");
        wanted.default_gateway = Ipv4::parse("10.1.2.3").value(); // not on the link
        CHECK_THROWS_WITH(open_tap(host, wanted),
                          Catch::StartsWith("tap0: cannot set the default route by 10.1.2.3: "));
        CHECK_FALSE(has_interface(host, "tap0"));
        wanted.default_gateway.reset();
        {
            const auto fd = open_tap(host, wanted);
        }
        wanted.mtu = 20;
        CHECK_THROWS_WITH(open_tap(host, wanted), Catch::StartsWith("tap0: cannot configure the interface: "));
        CHECK(has_interface(host, "tap0"));
        wanted.name = "tap1";
        CHECK_THROWS_WITH(open_tap(host, wanted), Catch::StartsWith("tap1: cannot configure the interface: "));
        CHECK(ip(host, "link").size() == 2);
    });
}

TEST_CASE("a TAP device is removed while it is open") {
    in_a_host([](const NetNs& host) {
        const auto fd = open_tap(host, settings("tap0"));
        CHECK(remove_interface(host, "tap0"));
        CHECK_FALSE(has_interface(host, "tap0"));
        CHECK_FALSE(remove_interface(host, "tap0"));
        const auto again = open_tap(host, settings("tap0"));
        CHECK(has_interface(host, "tap0"));
    });
}

TEST_CASE("a veth pair has one end in each namespace") {
    in_a_host([](const NetNs& host) {
        const auto container = new_namespace();
        auto wanted = settings("eth0");
        wanted.mtu = 9000;
        make_veth(container, wanted, "veth0");
        const auto inner = ip(container, "link show dev eth0").at(0).as_object();
        CHECK(inner.at("linkinfo").at("info_kind") == "veth");
        CHECK(inner.at("address") == "02:42:ac:11:00:02");
        CHECK(inner.at("mtu") == 9000);
        CHECK(inner.at("num_rx_queues") == 1);
        CHECK(inner.at("operstate") == "UP");
        CHECK(addresses(container, "eth0") == "172.17.0.2/16\n");
        CHECK(routes(container).starts_with("default via 172.17.0.1 dev eth0 "));
        const auto outer = ip(host, "link show dev veth0").at(0).as_object();
        CHECK(outer.at("mtu") == 9000);
        CHECK(outer.at("num_rx_queues") == 1);
        CHECK(outer.at("num_tx_queues") == 1);
        CHECK(outer.at("operstate") == "UP");
        CHECK(ip(host, "address show dev veth0").at(0).at("addr_info").as_array().empty());
        CHECK(remove_interface(host, "veth0"));
        CHECK_FALSE(has_interface(container, "eth0"));
    });
}

TEST_CASE("a veth pair whose settings fail is not left behind") {
    in_a_host([](const NetNs& host) {
        const auto container = new_namespace();
        auto wanted = settings("eth0");
        wanted.default_gateway = Ipv4::parse("10.1.2.3").value();
        CHECK_THROWS_WITH(make_veth(container, wanted, "veth0"),
                          Catch::StartsWith("eth0: cannot set the default route by 10.1.2.3: "));
        CHECK(ip(host, "link").size() == 1);
        CHECK(ip(container, "link").size() == 1);
    });
}

} // namespace pontoon::interface_test
