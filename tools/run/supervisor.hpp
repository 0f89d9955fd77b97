// What looks after a running container: its output, its log, signals, and the report of its end.
#pragma once

#include <boost/json.hpp>

#include <string>

#include "tools/run/pump.hpp"
#include "tools/run/start.hpp"

namespace pontoon {

// A container whose command has begun.
struct Running {
    std::string id;
    std::string log; // its file
    bool auto_remove = false;
    bool shown = false; // its output also goes to our own
    Pump pump{};
};

// Until the command ends: its exit status, which the daemon has been told, or will find beside the log.
int supervise(const DaemonClient& daemon, Running& running);

// Tells the daemon, again and again for a while if it does not answer.
void report_end(const DaemonClient& daemon, const std::string& id, pid_t pid, int status, const std::string& log);

} // namespace pontoon
