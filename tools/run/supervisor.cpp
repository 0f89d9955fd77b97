#include "tools/run/supervisor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tools/run/log_file.hpp"

namespace pontoon {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

Moment now() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

// For a daemon that is down now.
void write_exit_file(const fs::path& directory, int status) {
    std::error_code error;
    const auto fresh = directory / ".exit.new";
    if (std::ofstream(fresh) << status << '\n') {
        fs::rename(fresh, directory / "exit", error);
    }
}

// Unless the daemon itself has removed it by now.
void remove_container(const DaemonClient& daemon, const std::string& id) {
    try {
        daemon.remove(container_path(id));
    } catch (const DaemonSays&) { // NOLINT(bugprone-empty-catch): there is nobody to tell
    }
}

} // namespace

void report_end(const DaemonClient& daemon, const std::string& id, pid_t pid, int status, const std::string& log) {
    write_exit_file(fs::path(log).parent_path(), status);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    for (auto pause = 50ms; std::chrono::steady_clock::now() < deadline; pause = std::min(2 * pause, 2000ms)) {
        try {
            daemon.post(fmt::format("/pontoon/v1/containers/{}/exited", id),
                        boost::json::object{{"pid", pid}, {"code", status}});
            return;
        } catch (const DaemonSays& error) {
            if (error.status != 0 && error.status != 503) {
                return; // it knows better
            }
        }
        std::this_thread::sleep_for(pause);
    }
}

int supervise(const DaemonClient& daemon, Running& running) {
    LogWriter log(running.log);
    running.pump.output = [&](bool is_error, std::string_view bytes) {
        log.take(is_error, bytes, now());
        if (running.shown) {
            write_all(is_error ? STDERR_FILENO : STDOUT_FILENO, bytes);
        }
    };
    const int status = running.pump.run();
    log.flush(now());
    report_end(daemon, running.id, running.pump.child, status, running.log);
    if (running.auto_remove) {
        remove_container(daemon, running.id);
    }
    return status;
}

} // namespace pontoon
