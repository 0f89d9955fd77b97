// Has a HostAccess as the daemon has one, for tests/functional/host_access. Usage: host_access_holder CGROUP|none
//
// Reads lines and answers each with one: "ok", what `held` says, or "error: ...".
//   publish HOST_IP PROTOCOL FIRST LAST CONTAINER_IP FIRST_PORT     address A     gateway A     clear     (collect)
//   follow     held HOST_IP PROTOCOL FIRST LAST
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdint>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "control/host_access.hpp"

namespace {

using pontoon::Ipv4;

Ipv4 address_in(std::istream& from) {
    std::string text;
    from >> text;
    return Ipv4::parse(text).value();
}

pontoon::Publish publish_in(std::istream& from) {
    pontoon::Publish publish;
    publish.host_ip = address_in(from);
    std::string protocol;
    from >> protocol >> publish.host_ports.first >> publish.host_ports.last;
    publish.protocol = protocol == "udp"    ? pontoon::Transport::udp
                       : protocol == "sctp" ? pontoon::Transport::sctp
                                            : pontoon::Transport::tcp;
    return publish;
}

void add_publish(std::istream& from, pontoon::Config& config) {
    auto publish = publish_in(from);
    const Ipv4 container = address_in(from);
    from >> publish.ports.first;
    publish.ports.last = static_cast<std::uint16_t>(publish.ports.first + publish.host_ports.size() - 1);
    publish.endpoint = container.to_string();
    config.endpoints.push_back({publish.endpoint, "bridge", container, pontoon::mac_of(container)});
    config.publishes.push_back(publish);
}

std::string answer(const std::string& line, pontoon::HostAccess& access, pontoon::Config& config) {
    std::istringstream from(line);
    std::string command;
    from >> command;
    if (command == "publish") {
        add_publish(from, config);
    } else if (command == "address") {
        config.host_addresses.push_back(address_in(from));
    } else if (command == "gateway") {
        config.networks.push_back({.name = "bridge", .subnet = {}, .gateway = address_in(from), .gateway_mac = {}});
    } else if (command == "clear") {
        config = {};
    } else if (command == "held") {
        return access.held(publish_in(from));
    } else {
        access.follow(config);
    }
    return "ok";
}

} // namespace

int main(int, char** argv) {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("host_access"));
    try {
        const std::string cgroup = argv[1];
        pontoon::HostAccess access(cgroup == "none" ? "" : cgroup);
        std::cout << "ready" << std::endl;
        pontoon::Config config;
        for (std::string line; std::getline(std::cin, line);) {
            try {
                std::cout << answer(line, access, config) << std::endl;
            } catch (const std::exception& error) {
                std::cout << "error: " << error.what() << std::endl;
            }
        }
    } catch (const std::exception& error) {
        std::cout << "error: " << error.what() << std::endl;
        return 1;
    }
}
