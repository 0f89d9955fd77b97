// inspect, port, logs.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/json_fields.hpp"
#include "tools/cli/listing.hpp"
#include "tools/cli/port_text.hpp"
#include "tools/cli/ps.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/run/pump.hpp"
#include "tools/run/show_log.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;
using K = Flag::Kind;

// The first kind of object that has the name.
json::value found(const DaemonClient& daemon, const std::string& type, const std::string& name) {
    if (type.empty() || type == "container") {
        try {
            return daemon.get(container_path(name, "json"));
        } catch (const DaemonSays& error) {
            if (error.status != 404 || type == "container") {
                throw;
            }
        }
    }
    try {
        return daemon.get(network_path(name));
    } catch (const DaemonSays& error) {
        if (error.status != 404 || type == "network") {
            throw;
        }
    }
    throw DaemonSays("Error: No such object: " + name, 404);
}

int inspect(const Arguments& arguments) {
    const auto type = arguments.text("type");
    if (!type.empty() && type != "container" && type != "network") {
        throw std::runtime_error(fmt::format("\"{}\" is not a valid value for --type", type));
    }
    const DaemonClient daemon(arguments.socket);
    std::vector<json::value> objects;
    std::string errors;
    for (const auto& name : arguments.words) {
        try {
            objects.push_back(found(daemon, type, name));
        } catch (const DaemonSays& error) {
            errors += std::string(error.what()) + "\n";
        }
    }
    fmt::print("{}", inspected(objects, arguments.text("format")));
    std::fflush(stdout);
    fmt::print(stderr, "{}", errors);
    return errors.empty() ? 0 : 1;
}

int port(const Arguments& arguments) {
    const auto& name = arguments.words[0];
    const auto container = DaemonClient(arguments.socket).get(container_path(name, "json"));
    const auto& ports = field(container, {"NetworkSettings", "Ports"});
    if (arguments.words.size() == 1) {
        fmt::print("{}", port_lines(ports));
        return 0;
    }
    const auto& asked = arguments.words[1];
    const auto wanted = asked.contains('/') ? asked : asked + "/tcp";
    const auto lines = port_lines_of(ports, wanted);
    if (!lines) {
        throw std::runtime_error(fmt::format("Error: No public port '{}' published for {}", wanted, name));
    }
    fmt::print("{}", *lines);
    return 0;
}

std::optional<std::size_t> tail_of(const std::string& text) {
    std::size_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool number = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    return number ? std::optional(count) : std::nullopt; // "all", and what is no number
}

int logs(const Arguments& arguments) {
    const DaemonClient daemon(arguments.socket);
    const auto container = daemon.get(container_path(arguments.words[0], "json"));
    const auto now = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    LogView view;
    view.tail = tail_of(arguments.text("tail"));
    view.timestamps = arguments.is("timestamps");
    view.follow = arguments.is("follow");
    for (auto [flag, limit] : {std::pair{"since", &view.since}, {"until", &view.until}}) {
        if (arguments.has(flag)) {
            *limit = parse_moment(arguments.text(flag), now);
        }
    }
    const auto write = [&](const LogLine& line) {
        const auto text = (view.timestamps ? rfc3339(line.time) + " " : "") + line.text;
        write_all(line.stream == "stderr" ? STDERR_FILENO : STDOUT_FILENO, text);
    };
    const auto running = [&] {
        try {
            const auto again = daemon.get(container_path(text_field(container, {"Id"}), "json"));
            return bool_field(again, {"State", "Running"});
        } catch (const DaemonSays& error) {
            return error.status == 0; // it may come back
        }
    };
    show_log(text_field(container, {"LogPath"}), view, write, running);
    return 0;
}

} // namespace

std::vector<Verb> look_verbs() {
    return {
        ps_verb(),
        {.name = "inspect",
         .words = "[OPTIONS] NAME|ID [NAME|ID...]",
         .about = "Return low-level information on containers and networks",
         .flags = {format_flag('f'),
                   {"size", 's', K::boolean, "", "Accepted; containers have no file system of their own"},
                   {"type", 0, K::text, "string", "Only inspect objects of the given type: container, network"}},
         .least = 1,
         .completes = Completes::any,
         .run = inspect,
         .aliases = {"container inspect"}},
        {.name = "port",
         .words = "CONTAINER [PRIVATE_PORT[/PROTO]]",
         .about = "List port mappings or a specific mapping for the container",
         .flags = {},
         .least = 1,
         .most = 2,
         .completes = Completes::container,
         .run = port,
         .aliases = {"container port"}},
        {.name = "logs",
         .words = "[OPTIONS] CONTAINER",
         .about = "Fetch the logs of a container",
         .flags = {{"follow", 'f', K::boolean, "", "Follow log output"},
                   {"since", 0, K::text, "string",
                    "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or "
                    "relative (e.g. \"42m\" for 42 minutes)"},
                   {"tail", 'n', K::text, "string", "Number of lines to show from the end of the logs", "all"},
                   {"timestamps", 't', K::boolean, "", "Show timestamps"},
                   {"until", 0, K::text, "string", "Show logs before a timestamp, or relative"}},
         .least = 1,
         .most = 1,
         .completes = Completes::container,
         .run = logs,
         .aliases = {"container logs"}},
    };
}

} // namespace pontoon
