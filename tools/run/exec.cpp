#include "tools/run/exec.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <optional>

#include "tools/cli/json_fields.hpp"
#include "tools/run/namespaces.hpp"
#include "tools/run/pump.hpp"
#include "tools/run/streams.hpp"
#include "tools/run/terminal.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

pid_t running_process(const json::value& container) {
    const auto pid = static_cast<pid_t>(number_field(container, {"State", "Pid"}));
    if (!bool_field(container, {"State", "Running"}) || pid <= 0) {
        throw DaemonSays(
            fmt::format("Error response from daemon: container {} is not running", text_field(container, {"Id"})), 409);
    }
    return pid;
}

ProcessPlan planned(const json::value& container, const ExecOptions& options, const ProcessPlan& streams) {
    auto plan = streams;
    plan.command = options.command;
    auto environment = texts_of(field(container, {"Config", "Env"}));
    environment.insert(environment.end(), options.environment.begin(), options.environment.end());
    plan.environment = process_environment(text_field(container, {"Config", "Hostname"}), plan.tty, environment);
    const auto directory = text_field(container, {"Config", "WorkingDir"});
    plan.directory = !options.directory.empty() ? options.directory : directory.empty() ? "/" : directory;
    return plan;
}

// Nothing of ours is left to it, nor to who waits for its end: no terminal, no session, no end of a pipe.
int leave_behind(pid_t target, const ProcessPlan& plan) {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto detached = plan;
    detached.tty = false;
    detached.in = detached.out = detached.error = null.get();
    auto failed = open_channel();
    const pid_t between = ::fork();
    if (between == 0) {
        ::setsid();
        for (const int fd : {0, 1, 2}) {
            ::dup2(null.get(), fd);
        }
        const auto say = [&](int status, const std::string& text) {
            send_text(failed, json::serialize(json::object{{"status", status}, {"text", text}}));
            return status;
        };
        try {
            process_in(target, [&] {
                const auto failure = become(detached);
                return say(failure.status, failure.text);
            });
        } catch (const std::exception& error) {
            say(125, error.what());
        }
        ::_exit(0);
    }
    failed.out = UniqueFd();
    ::waitpid(between, nullptr, 0);
    const auto text = receive_text(failed);
    if (text.empty()) {
        return 0;
    }
    const auto why = json::parse(text);
    fmt::print(stderr, "OCI runtime exec failed: {}\n", text_field(why, {"text"}));
    return static_cast<int>(number_field(why, {"status"}));
}

} // namespace

int exec_in_container(const DaemonClient& daemon, const std::string& name, const ExecOptions& options) {
    const auto container = daemon.get(container_path(name, "json"));
    const pid_t target = running_process(container);
    auto streams = open_streams(options.tty, options.interactive);
    const auto plan = planned(container, options, streams.theirs);
    if (options.detach) {
        return leave_behind(target, plan);
    }
    auto failed = open_channel();
    Pump pump;
    pump.signals = catch_signals();
    pump.child = process_in(target, [&] {
        const auto failure = become(plan);
        send_text(failed, failure.text);
        return failure.status;
    });
    failed.out = UniqueFd();
    streams.held.clear();
    const auto why = receive_text(failed);
    if (!why.empty()) {
        fmt::print(stderr, "OCI runtime exec failed: {}\n", why);
    }
    std::optional<RawTerminal> raw;
    if (options.tty && options.interactive && why.empty()) {
        raw.emplace();
    }
    pump.child_in = std::move(streams.in);
    pump.child_out = std::move(streams.out);
    pump.child_error = std::move(streams.error);
    pump.tty = options.tty;
    pump.output = [](bool is_error, std::string_view bytes) {
        write_all(is_error ? STDERR_FILENO : STDOUT_FILENO, bytes);
    };
    return pump.run();
}

} // namespace pontoon
