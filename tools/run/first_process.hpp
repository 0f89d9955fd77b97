// What the first process of a container does between its birth and its command: it waits, mounts the container's files,
// and becomes the command.
#pragma once

#include <string>
#include <vector>

namespace pontoon {

// What a process in a container gets.
struct ProcessPlan {
    std::vector<std::string> command;
    std::vector<std::string> environment;
    std::string directory = "/";
    bool tty = false;
    // Its standard streams; with a tty all three are that.
    int in = -1;
    int out = -1;
    int error = -1;
};

// Files of the container's own; empty paths are left alone.
struct ContainerFilesPlan {
    std::string hosts;
    std::string hostname_file;
    std::string resolv_conf;
    std::string hostname;    // to set; empty in the host's UTS namespace
    bool own_network = true; // show it under /sys
};

// Why a command did not become one; `status` is 125, 126 or 127 as for `docker run`.
struct ExecFailure {
    int status = 0;
    std::string text;
};

// Takes the mount namespace of this process for the container's. The host's mounts stay as they are. Throws
// std::runtime_error.
void mount_files(const ContainerFilesPlan& files);

// Does not return if all goes well. Closes all other descriptors.
[[nodiscard]] ExecFailure become(const ProcessPlan& plan);

// What Docker gives each process: PATH, HOSTNAME, TERM if there is a tty, then `own`, which win; HOME if nothing says
// otherwise.
[[nodiscard]] std::vector<std::string> process_environment(const std::string& hostname, bool tty,
                                                           const std::vector<std::string>& own);

} // namespace pontoon
