// The DNS server behind the switch's port "names": sockets in a namespace of their own, and the thread that serves
// them.
#pragma once

#include "control/dns/name_server.hpp"
#include "control/dns/name_sockets.hpp"

namespace pontoon {

class NameService {
public:
    // `names` lives longer. Throws std::runtime_error.
    explicit NameService(const Names& names, NameServer::Settings settings = {})
        : sockets_(make_name_sockets()),
          server_(names, std::move(sockets_.udp), std::move(sockets_.listener), std::move(settings)) {}

    // What the switch sends and receives by; once.
    [[nodiscard]] UniqueFd take_tap() { return std::move(sockets_.tap); }

private:
    NameSockets sockets_;
    NameServer server_;
};

} // namespace pontoon
