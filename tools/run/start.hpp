// Starts a container that the daemon knows, and looks after it until it ends: `run`, `start`.
#pragma once

#include <string>

#include "tools/cli/daemon_client.hpp"

namespace pontoon {

struct StartOptions {
    bool detach = false;
    bool interactive = false; // our standard input goes to it
    bool tty = false;
    bool link_env = false;
};

// Detached: returns 0 when the command runs; a process of its own stays behind as its supervisor. Otherwise returns
// when the command has ended, with its exit status: 126 or 127 if it could not be executed. Throws std::runtime_error,
// also DaemonSays, if the container could not be started.
int start_container(const DaemonClient& daemon, const std::string& id, const StartOptions& options);

} // namespace pontoon
