// A first process in namespaces of its own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "control/unique_fd.hpp"

namespace pontoon {

struct NamespacePlan {
    bool own_network = true;
    bool own_hostname = true;
    pid_t joined = 0; // the process whose network and hostname are shared, for --network container:NAME
};

// A process in new namespaces that calls `body` and ends with what that returns. Returns its id; throws
// std::runtime_error.
pid_t new_process(const NamespacePlan& plan, const std::function<int()>& body);

// The same in the namespaces of a running container (`exec`).
pid_t process_in(pid_t target, const std::function<int()>& body);

// Messages between a supervisor and a first process: whole, or nothing if the other end has gone.
struct Channel {
    UniqueFd in;
    UniqueFd out;
};
[[nodiscard]] Channel open_channel();
void send_text(Channel& channel, const std::string& text); // and closes our end
[[nodiscard]] std::string receive_text(Channel& channel);  // until the other end is closed

} // namespace pontoon
