// A container at 127.0.0.1 of a network with names, and the server it asks, at 127.0.0.1 too.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>

#include "a_state.hpp"
#include "control/dns/name_server.hpp"
#include "control/files/small_file.hpp"
#include "fake_server.hpp"
#include "tests/unit/control/own_namespaces.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::dns_test {

struct World : names_test::AState {
    World() {
        shell(NetNs::current(), "ip link set lo up");
        network("front", "127.0.0.0/8", "127.0.0.254");
        put(container("one", {{"front", "127.0.0.1"}}));
        settings.host.file = folder / "resolv.conf";
        settings.forward.patience = std::chrono::milliseconds(300);
    }
    void put(const ContainerRecord& record) { names.put(*this, record); }
    void servers(const std::string& text) { write_in_place(settings.host.file, text); }
    void start() {
        auto udp = socket_at(SOCK_DGRAM, "127.0.0.1", 53, SOCK_NONBLOCK);
        const int on = 1;
        ::setsockopt(udp.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
        server.emplace(names, std::move(udp), socket_at(SOCK_STREAM, "127.0.0.1", 53, SOCK_NONBLOCK), settings);
    }

    TempDir folder;
    Names names;
    NameServer::Settings settings;
    std::optional<NameServer> server;
};

} // namespace pontoon::dns_test
