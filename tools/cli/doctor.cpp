#include "tools/cli/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/doctor_checks.hpp"
#include "tools/cli/json_fields.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

// Escape codes where a person looks.
std::string coloured(const char* word, const char* code) {
    const char* const plain = std::getenv("NO_COLOR");
    const bool colours = ::isatty(STDOUT_FILENO) == 1 && (plain == nullptr || *plain == '\0');
    return colours ? fmt::format("\033[{}m{:<5}\033[0m", code, word) : fmt::format("{:<5}", word);
}

void print(const Finding& one) {
    const auto word = one.kind == Finding::Kind::ok     ? coloured("ok", "32")
                      : one.kind == Finding::Kind::note ? coloured("note", "33")
                                                        : coloured("wrong", "31");
    fmt::print("{}  {}: {}\n", word, one.subject, one.text);
    if (!one.remedy.empty()) {
        fmt::print("       -> {}\n", one.remedy);
    }
}

std::vector<json::value> networks_of(const DaemonClient& daemon, const json::value& container) {
    std::vector<json::value> all;
    for (const auto& [name, endpoint] : object_of(field(container, {"NetworkSettings", "Networks"}))) {
        const auto id = text_field(endpoint, {"NetworkID"});
        all.push_back(daemon.get(network_path(id.empty() ? std::string(name) : id)));
    }
    std::erase_if(all, [](const auto& one) { return text_field(one, {"Driver"}) != "bridge"; });
    return all;
}

int doctor(const Arguments& arguments) {
    const DaemonClient daemon(arguments.socket);
    std::vector<Finding> all;
    try {
        const auto answer = daemon.get("/pontoon/v1/doctor");
        auto host = read_host_facts("/", process_behind(arguments.socket));
        ask_kernel(host);
        all.push_back({Finding::Kind::ok, "daemon", "answers at " + arguments.socket, ""});
        std::ranges::move(check_host(host, answer), std::back_inserter(all));
        for (const auto& name : arguments.words) {
            const auto container = daemon.get(container_path(name, "json"));
            std::ranges::move(check_container(host, answer, container, networks_of(daemon, container)),
                              std::back_inserter(all));
        }
    } catch (const DaemonSays& error) {
        if (error.status != 0) {
            throw;
        }
        all.push_back({Finding::Kind::wrong, "daemon", error.what(), "systemctl start pontoon, or pontoond by hand"});
    }
    std::ranges::for_each(all, print);
    return std::ranges::any_of(all, [](const auto& one) { return one.kind == Finding::Kind::wrong; }) ? 1 : 0;
}

} // namespace

Verb doctor_verb() {
    return {.name = "doctor",
            .words = "[CONTAINER]",
            .about = "Say why a container does not reach the outside, and what to do",
            .flags = {},
            .most = 1,
            .completes = Completes::container,
            .run = doctor,
            .more = "Looks at the daemon, its uplink, the host's route and neighbour, the networks of the container, "
                    "DNS, and what the kernel offers. The exit status is 1 if something is wrong."};
}

} // namespace pontoon
