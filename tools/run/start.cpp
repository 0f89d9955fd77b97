#include "tools/run/start.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tools/cli/json_fields.hpp"
#include "tools/run/first_process.hpp"
#include "tools/run/namespaces.hpp"
#include "tools/run/streams.hpp"
#include "tools/run/supervisor.hpp"
#include "tools/run/terminal.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

// The first process of the container whose network is shared. Where there is none, the daemon is not asked to start,
// and its words are said here (docker-behaviours N-176).
pid_t process_to_join(const DaemonClient& daemon, const json::value& container, const std::string& name) {
    const auto refusal = [](unsigned status, const std::string& text) {
        return DaemonSays("Error response from daemon: " + text, status);
    };
    json::value target;
    try {
        target = daemon.get(container_path(name, "json"));
    } catch (const DaemonSays& error) {
        throw error.status == 404 ? refusal(500, "joining network namespace of container: No such container: " + name)
                                  : error;
    }
    if (text_field(target, {"Id"}) == text_field(container, {"Id"})) {
        throw refusal(500, "cannot join own network namespace");
    }
    const auto pid = static_cast<pid_t>(number_field(target, {"State", "Pid"}));
    if (pid <= 0) {
        throw refusal(409,
                      fmt::format("cannot join network namespace of a non running container: container {} is {}",
                                  text_field(target, {"Name"}).substr(1), text_field(target, {"State", "Status"})));
    }
    return pid;
}

NamespacePlan namespaces_for(const DaemonClient& daemon, const json::value& container) {
    const std::string shared = "container:";
    const auto mode = text_field(container, {"HostConfig", "NetworkMode"});
    NamespacePlan plan;
    plan.own_network = mode != "host" && !mode.starts_with(shared);
    plan.own_hostname = plan.own_network;
    if (mode.starts_with(shared)) {
        plan.joined = process_to_join(daemon, container, mode.substr(shared.size()));
    }
    return plan;
}

// The rest of the first process's life, with the daemon's answer to `start`.
int first_process(Channel& go, Channel& failed, const json::value& container, ProcessPlan plan,
                  const NamespacePlan& namespaces) {
    go.out = UniqueFd();
    const auto text = receive_text(go);
    if (text.empty()) {
        return 125; // nobody waits for us any more
    }
    const auto reply = json::parse(text);
    ExecFailure failure;
    try {
        const auto hostname = text_field(reply, {"Hostname"});
        mount_files({text_field(reply, {"HostsPath"}), text_field(reply, {"HostnamePath"}),
                     text_field(reply, {"ResolvConfPath"}), namespaces.own_hostname ? hostname : "",
                     namespaces.own_network || namespaces.joined > 0});
        plan.command = texts_of(field(container, {"Config", "Cmd"}));
        auto environment = texts_of(field(reply, {"Env"}));
        for (auto& own : texts_of(field(container, {"Config", "Env"}))) {
            environment.push_back(std::move(own));
        }
        plan.environment = process_environment(hostname, plan.tty, environment);
        const auto directory = text_field(container, {"Config", "WorkingDir"});
        plan.directory = directory.empty() ? "/" : directory;
        failure = become(plan);
    } catch (const std::exception& error) {
        failure = {125, error.what()};
    }
    send_text(failed, json::serialize(json::object{{"status", failure.status}, {"text", failure.text}}));
    return failure.status;
}

void end(pid_t child) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

// Why a detached container did not start, for the one who typed; the status behind it.
struct Outcome {
    std::string text;
    int status = 0;
};

class Start {
public:
    Start(const DaemonClient& daemon, const std::string& id, const StartOptions& options)
        : daemon_(daemon), options_(options), container_(daemon.get(container_path(id, "json"))),
          id_(text_field(container_, {"Id"})) {}

    // `begun` is called once the command runs, or could not.
    template <class Begun>
    int run(Begun begun) {
        const bool tty = options_.tty || bool_field(container_, {"Config", "Tty"});
        auto streams = open_streams(tty, options_.interactive);
        auto go = open_channel();
        auto failed = open_channel();
        const auto namespaces = namespaces_for(daemon_, container_);
        auto signals = catch_signals();
        const pid_t child =
            new_process(namespaces, [&] { return first_process(go, failed, container_, streams.theirs, namespaces); });
        go.in = UniqueFd();
        failed.out = UniqueFd();
        const auto reply = tell_daemon(child);
        streams.held.clear();
        send_text(go, json::serialize(reply));
        const auto log = text_field(reply, {"LogPath"});
        if (const auto why = receive_text(failed); !why.empty()) {
            return not_executed(json::parse(why), child, log, begun);
        }
        begun(Outcome{});
        Running running{.id = id_,
                        .log = log,
                        .auto_remove = bool_field(container_, {"HostConfig", "AutoRemove"}),
                        .shown = !options_.detach};
        running.pump.child = child;
        running.pump.signals = std::move(signals);
        // Nobody types to a detached container, but its input stays open.
        (options_.detach ? streams.kept : running.pump.child_in) = std::move(streams.in);
        running.pump.child_out = std::move(streams.out);
        running.pump.child_error = std::move(streams.error);
        running.pump.tty = tty;
        return supervise(daemon_, running);
    }

    [[nodiscard]] bool has_tty() const { return options_.tty || bool_field(container_, {"Config", "Tty"}); }

private:
    json::value tell_daemon(pid_t child) const {
        try {
            return daemon_.post(fmt::format("/pontoon/v1/containers/{}/start", id_),
                                json::object{{"pid", child}, {"LinkEnv", options_.link_env}});
        } catch (const DaemonSays&) {
            end(child);
            throw;
        }
    }

    template <class Begun>
    int not_executed(const json::value& why, pid_t child, const std::string& log, Begun begun) {
        end(child);
        const int status = static_cast<int>(number_field(why, {"status"}));
        begun(Outcome{"pontoon: " + text_field(why, {"text"}), status});
        report_end(daemon_, id_, child, status, log);
        if (bool_field(container_, {"HostConfig", "AutoRemove"})) {
            try {
                daemon_.remove(container_path(id_));
            } catch (const DaemonSays&) { // NOLINT(bugprone-empty-catch): the daemon was quicker
            }
        }
        return status;
    }

    const DaemonClient& daemon_;
    StartOptions options_;
    json::value container_;
    std::string id_;
};

// Away from the terminal, the session and all descriptors but one.
void leave(int keep) {
    ::setsid();
    if (::fork() != 0) {
        ::_exit(0);
    }
    const int null = ::open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) {
        ::dup2(null, fd);
    }
    ::dup2(keep, 3);
    ::close_range(4, ~0U, 0);
    [[maybe_unused]] const int moved = ::chdir("/");
}

int start_detached(const DaemonClient& daemon, const std::string& id, const StartOptions& options) {
    auto result = open_channel();
    const pid_t child = ::fork();
    if (child == 0) {
        leave(result.out.release());
        Channel status{UniqueFd(), UniqueFd(3)};
        ::fcntl(3, F_SETFD, FD_CLOEXEC);
        const auto say = [&](const Outcome& outcome) {
            send_text(status, json::serialize(json::object{{"text", outcome.text}, {"status", outcome.status}}));
        };
        try {
            Start(daemon, id, options).run(say);
        } catch (const std::exception& error) {
            say({error.what(), 125});
        }
        ::_exit(0);
    }
    result.out = UniqueFd();
    ::waitpid(child, nullptr, 0);
    const auto text = receive_text(result);
    const auto outcome = json::parse(text.empty() ? R"({"text": "the supervisor ended", "status": 125})" : text);
    const int status = static_cast<int>(number_field(outcome, {"status"}));
    if (status == 125) {
        throw std::runtime_error(text_field(outcome, {"text"}));
    }
    if (status != 0) {
        fmt::print(stderr, "{}\n", text_field(outcome, {"text"}));
    }
    return status;
}

} // namespace

int start_container(const DaemonClient& daemon, const std::string& id, const StartOptions& options) {
    if (options.detach) {
        return start_detached(daemon, id, options);
    }
    Start start(daemon, id, options);
    std::optional<RawTerminal> raw;
    return start.run([&](const Outcome& outcome) {
        if (outcome.status != 0) {
            fmt::print(stderr, "{}\n", outcome.text);
        } else if (start.has_tty() && options.interactive) {
            raw.emplace();
        }
    });
}

} // namespace pontoon
