// info, version, events, doctor.
#include <fmt/format.h>

#include <map>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/doctor.hpp"
#include "tools/cli/json_fields.hpp"
#include "tools/cli/times.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/template/template.hpp"
#include "tools/template/values.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;
using K = Flag::Kind;

// --format of one value.
int print_formatted(const json::value& value, const std::string& format) {
    fmt::print("{}\n", Template(format == "json" ? "{{json .}}" : format).run(value));
    return 0;
}

int version(const Arguments& arguments) {
    const json::object client{{"Version", PONTOON_VERSION}, {"ApiVersion", "1.50"}, {"Os", "linux"}};
    const auto format = arguments.text("format");
    json::value server;
    std::string error;
    try {
        server = DaemonClient(arguments.socket).get("/version");
    } catch (const DaemonSays& unreachable) {
        error = unreachable.what();
    }
    if (!format.empty()) {
        print_formatted(json::object{{"Client", client}, {"Server", server}}, format);
    } else {
        fmt::print("Client:\n Version:           {}\n API version:       1.50\n", PONTOON_VERSION);
        if (error.empty()) {
            fmt::print("\nServer:\n Engine:\n  Version:          {}\n  API version:      {} (minimum version {})\n"
                       "  OS/Arch:          {}/{}\n",
                       text_field(server, {"Version"}), text_field(server, {"ApiVersion"}),
                       text_field(server, {"MinAPIVersion"}), text_field(server, {"Os"}), text_field(server, {"Arch"}));
        }
    }
    std::fflush(stdout);
    if (!error.empty()) {
        fmt::print(stderr, "{}\n", error);
    }
    return error.empty() ? 0 : 1;
}

int info(const Arguments& arguments) {
    const auto reply = DaemonClient(arguments.socket).get("/info");
    if (arguments.has("format")) {
        return print_formatted(reply, arguments.text("format"));
    }
    const auto line = [&](const char* label, std::initializer_list<std::string_view> path) {
        if (const auto& value = field(reply, path); !value.is_null()) {
            fmt::print(" {}: {}\n", label, go_text(value));
        }
    };
    fmt::print("Client:\n Version:    {}\n\nServer:\n", PONTOON_VERSION);
    line("Containers", {"Containers"});
    line(" Running", {"ContainersRunning"});
    line(" Paused", {"ContainersPaused"});
    line(" Stopped", {"ContainersStopped"});
    line("Server Version", {"ServerVersion"});
    if (const auto& plugins = field(reply, {"Plugins", "Network"}); plugins.is_array()) {
        fmt::print(" Plugins:\n  Network:");
        for (const auto& one : plugins.get_array()) {
            fmt::print(" {}", go_text(one));
        }
        fmt::print("\n");
    }
    line("Kernel Version", {"KernelVersion"});
    line("Operating System", {"OperatingSystem"});
    line("OSType", {"OSType"});
    line("Architecture", {"Architecture"});
    line("CPUs", {"NCPU"});
    line("Name", {"Name"});
    line("ID", {"ID"});
    line("Root Dir", {"DockerRootDir"});
    for (const auto& warning : array_of(field(reply, {"Warnings"}))) {
        fmt::print(stderr, "{}\n", go_text(warning));
    }
    return 0;
}

// 2026-01-02T03:04:05.000000000Z network create 0123... (name=n1, type=bridge)
std::string event_text(const json::value& event) {
    std::map<std::string, std::string> attributes;
    for (const auto& [key, value] : object_of(field(event, {"Actor", "Attributes"}))) {
        attributes[key] = go_text(value);
    }
    std::string text;
    for (const auto& [key, value] : attributes) {
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key, value);
    }
    auto nanoseconds = number_field(event, {"timeNano"});
    nanoseconds = nanoseconds != 0 ? nanoseconds : number_field(event, {"time"}) * 1'000'000'000;
    return fmt::format("{} {} {} {}{}", rfc3339(Moment{std::chrono::nanoseconds{nanoseconds}}),
                       text_field(event, {"Type"}), text_field(event, {"Action"}), text_field(event, {"Actor", "ID"}),
                       text.empty() ? "" : " (" + text + ")");
}

int events(const Arguments& arguments) {
    const auto asked = query({{"since", arguments.text("since")},
                              {"until", arguments.text("until")},
                              {"filters", filters_text(arguments.all("filter"))}});
    const auto format = arguments.text("format");
    const Template shown(format == "json" ? "{{json .}}" : format);
    std::string rest;
    DaemonClient(arguments.socket).stream("/events" + asked, [&](std::string_view piece) {
        rest += piece;
        for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
            boost::system::error_code error;
            const auto event = json::parse(rest.substr(0, end), error);
            rest.erase(0, end + 1);
            if (!error && event.is_object()) {
                fmt::print("{}\n", format.empty() ? event_text(event) : shown.run(event));
                std::fflush(stdout);
            }
        }
        return true;
    });
    return 0;
}

} // namespace

std::vector<Verb> system_verbs() {
    return {
        {.name = "events",
         .words = "[OPTIONS]",
         .about = "Get real time events from the daemon",
         .flags = {filter_flag('f', "Filter output based on conditions provided"),
                   format_flag(),
                   {"since", 0, K::text, "string", "Show all events created since timestamp"},
                   {"until", 0, K::text, "string", "Stream events until this timestamp"}},
         .most = 0,
         .run = events,
         .aliases = {"system events"}},
        {.name = "info",
         .words = "[OPTIONS]",
         .about = "Display system-wide information",
         .flags = {format_flag('f')},
         .most = 0,
         .run = info,
         .aliases = {"system info"}},
        {.name = "version",
         .words = "[OPTIONS]",
         .about = "Show the version information",
         .flags = {format_flag('f')},
         .most = 0,
         .run = version},
        doctor_verb(),
    };
}

} // namespace pontoon
