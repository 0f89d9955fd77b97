// A further process in a running container: `exec`.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/daemon_client.hpp"

namespace pontoon {

struct ExecOptions {
    std::vector<std::string> command;
    std::vector<std::string> environment; // beside the container's
    std::string directory;                // empty: the container's
    bool interactive = false;
    bool tty = false;
    bool detach = false;
};

// The command's exit status; 126 or 127 if it could not be executed, and said why. Throws std::runtime_error.
int exec_in_container(const DaemonClient& daemon, const std::string& name, const ExecOptions& options);

} // namespace pontoon
