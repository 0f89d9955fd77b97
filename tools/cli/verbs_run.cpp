// run, create, start, restart, exec.
#include <fmt/format.h>
#include <unistd.h>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/json_fields.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/run/create_body.hpp"
#include "tools/run/exec.hpp"
#include "tools/run/start.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;
using K = Flag::Kind;

std::string created(const DaemonClient& daemon, const Arguments& arguments) {
    const auto reply =
        daemon.post("/containers/create" + query({{"name", arguments.text("name")}}), create_body(arguments));
    for (const auto& warning : array_of(field(reply, {"Warnings"}))) {
        fmt::print(stderr, "WARNING: {}\n", warning.is_string() ? std::string_view(warning.get_string()) : "");
    }
    return text_field(reply, {"Id"});
}

bool on_terminals() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

void need_terminal(const Arguments& arguments) {
    if (arguments.is("tty") && arguments.is("interactive") && !arguments.is("detach") && ::isatty(STDIN_FILENO) == 0) {
        throw std::runtime_error("the input device is not a TTY");
    }
}

// A container that never began is of no use to anybody who asked for --rm.
void forget(const DaemonClient& daemon, const std::string& id) {
    try {
        daemon.remove(container_path(id));
    } catch (const DaemonSays&) { // NOLINT(bugprone-empty-catch): the first error is the one to tell
    }
}

int run(const Arguments& arguments) {
    need_terminal(arguments);
    const DaemonClient daemon(arguments.socket);
    const auto id = created(daemon, arguments);
    StartOptions options;
    options.detach = arguments.is("detach");
    const bool terminals = !options.detach && on_terminals();
    options.tty = arguments.is("tty") || terminals;
    options.interactive = arguments.is("interactive") || terminals;
    options.link_env = arguments.is("link-env");
    try {
        const int status = start_container(daemon, id, options);
        if (options.detach && status == 0) {
            fmt::print("{}\n", id);
        }
        return status;
    } catch (const std::exception&) {
        if (arguments.is("rm")) {
            forget(daemon, id);
        }
        throw;
    }
}

int create(const Arguments& arguments) {
    const auto id = created(DaemonClient(arguments.socket), arguments);
    fmt::print("{}\n", id);
    return 0;
}

int start(const Arguments& arguments) {
    const DaemonClient daemon(arguments.socket);
    if (arguments.is("attach") || arguments.is("interactive")) {
        if (arguments.words.size() > 1) {
            throw std::runtime_error("you cannot start and attach multiple containers at once");
        }
        return start_container(daemon, arguments.words[0],
                               {.interactive = arguments.is("interactive"), .link_env = arguments.is("link-env")});
    }
    return for_each_word(
        arguments.words,
        [](const Arguments& all, const std::string& name) {
            const DaemonClient client(all.socket);
            const auto container = client.get(container_path(name, "json"));
            if (bool_field(container, {"State", "Running"})) {
                return true; // as Docker: started is started
            }
            try {
                start_container(client, name, {.detach = true, .link_env = all.is("link-env")});
            } catch (const std::exception& error) {
                throw DaemonSays(error.what(), 0);
            }
            return true;
        },
        arguments);
}

int restart(const Arguments& arguments) {
    return for_each_word(
        arguments.words,
        [](const Arguments& all, const std::string& name) {
            const DaemonClient client(all.socket);
            client.post(container_path(name, "stop") +
                        query({{"t", all.text("timeout")}, {"signal", all.text("signal")}}));
            try {
                start_container(client, name, {.detach = true});
            } catch (const std::exception& error) {
                throw DaemonSays(error.what(), 0);
            }
            return true;
        },
        arguments);
}

int exec(const Arguments& arguments) {
    need_terminal(arguments);
    ExecOptions options;
    options.command.assign(arguments.words.begin() + 1, arguments.words.end());
    options.environment = environment_of(arguments);
    options.directory = arguments.text("workdir");
    options.interactive = arguments.is("interactive");
    options.tty = arguments.is("tty");
    options.detach = arguments.is("detach");
    return exec_in_container(DaemonClient(arguments.socket), arguments.words[0], options);
}

std::vector<Flag> run_flags() {
    auto flags = create_flags();
    flags.push_back({"detach", 'd', K::boolean, "", "Run container in background and print container ID"});
    return flags;
}

constexpr const char* kAboutRun =
    "The command runs in network, mount, UTS and PID namespaces of its own, with its own /etc/hosts, /etc/hostname and "
    "/etc/resolv.conf; the rest of the file system is the host's. Where standard input and output are terminals it "
    "gets "
    "a pseudo-terminal. The exit status is the command's; 125 if pontoon failed, 126 if the command could not be "
    "executed, 127 if it was not found.";

} // namespace

std::vector<Verb> run_verbs() {
    const Flag link_env{"link-env", 0, K::boolean, "", "Set the environment variables of links"};
    const std::vector<Flag> stop_flags{
        {"signal", 's', K::text, "string", "Signal to send to the container"},
        {"timeout", 't', K::number, "int", "Seconds to wait before killing the container"}};
    return {
        {.name = "run",
         .words = "[OPTIONS] [--] COMMAND [ARG...]",
         .about = "Create and run a container",
         .flags = run_flags(),
         .least = 1,
         .run = run,
         .aliases = {"container run"},
         .command_follows = true,
         .more = kAboutRun},
        {.name = "exec",
         .words = "[OPTIONS] CONTAINER COMMAND [ARG...]",
         .about = "Execute a command in a running container",
         .flags = {{"detach", 'd', K::boolean, "", "Detached mode: run command in the background"},
                   {"env", 'e', K::list, "list", "Set environment variables"},
                   {"env-file", 0, K::list, "list", "Read in a file of environment variables"},
                   {"interactive", 'i', K::boolean, "", "Keep STDIN open even if not attached"},
                   {"tty", 't', K::boolean, "", "Allocate a pseudo-TTY"},
                   {"workdir", 'w', K::text, "string", "Working directory inside the container"}},
         .least = 2,
         .completes = Completes::running,
         .run = exec,
         .aliases = {"container exec"},
         .command_follows = true},
        {.name = "create",
         .words = "[OPTIONS] [--] COMMAND [ARG...]",
         .about = "Create a container, to be started later",
         .flags = create_flags(),
         .least = 1,
         .run = create,
         .aliases = {"container create"},
         .command_follows = true},
        {.name = "start",
         .words = "[OPTIONS] CONTAINER [CONTAINER...]",
         .about = "Start one or more stopped containers",
         .flags = {{"attach", 'a', K::boolean, "", "Attach STDOUT/STDERR and forward signals"},
                   {"interactive", 'i', K::boolean, "", "Attach container's STDIN"},
                   link_env},
         .least = 1,
         .completes = Completes::container,
         .run = start,
         .aliases = {"container start"}},
        {.name = "restart",
         .words = "[OPTIONS] CONTAINER [CONTAINER...]",
         .about = "Restart one or more containers",
         .flags = stop_flags,
         .least = 1,
         .completes = Completes::container,
         .run = restart,
         .aliases = {"container restart"}},
    };
}

} // namespace pontoon
