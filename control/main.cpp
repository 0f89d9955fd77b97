// pontoond: the daemon's process.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <span>

#include "control/daemon.hpp"
#include "control/options.hpp"

namespace {

constexpr int kBadUse = 2;

void set_up_log(const std::string& level) {
    auto log = spdlog::stderr_logger_mt("pontoond");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    log->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(log));
}

// A TAP device for each endpoint and a namespace for each container: as many as may be.
void allow_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

} // namespace

int main(int argc, char** argv) {
    std::optional<pontoon::DaemonOptions> options;
    try {
        options = pontoon::parse_daemon_options(std::span<const char* const>(argv, static_cast<std::size_t>(argc)),
                                                std::cout);
    } catch (const std::exception& bad) {
        fmt::print(stderr, "pontoond: {}\n", bad.what());
        return kBadUse;
    }
    if (!options) {
        return 0;
    }
    set_up_log(options->log);
    allow_files();
    std::signal(SIGPIPE, SIG_IGN); // who went away without waiting for the answer
    try {
        pontoon::Daemon daemon(*options);
        daemon.run();
    } catch (const std::exception& error) {
        fmt::print(stderr, "pontoond: {}\n", error.what());
        return 1;
    }
    return 0;
}
