// The `pontoon` command: one verb a subcommand.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/client.hpp"
#include "tools/replay.hpp"

namespace {

constexpr std::string_view kOthers = R"(
Namespaces that others made:
  attach      Connect one to a network
  detach      Take it away again
  ls          List the endpoints that are attached

The switch:
  stats       Print the daemon's statistics
  replay      Run captures through the switch and write what comes out
  bench       Measure the packet engine

Run 'pontoon VERB --help' for more information on a verb.
)";

std::string usage() {
    std::string text =
        "Usage:  pontoon [-H unix://SOCKET] VERB ...\n\nNetworks for containers, as docker's\n\nVerbs:\n";
    bool networks = false;
    for (const auto& verb : pontoon::all_verbs()) {
        const auto space = verb.name.find(' ');
        if (space == std::string::npos) {
            text += fmt::format("  {:<10}  {}\n", verb.name, verb.about);
        } else if (!networks) {
            networks = true;
            text += fmt::format("  {:<10}  Manage networks\n", verb.name.substr(0, space));
        }
    }
    return text + std::string(kOthers);
}

// -H and --host in front of the verb, as docker has them, name the socket. What is left begins with the verb.
std::span<char*> without_host(std::span<char*> args) {
    while (args.size() > 1) {
        const std::string_view word = args[0];
        const bool apart = word == "-H" || word == "--host";
        const bool joined = word.starts_with("-Hunix://") || word.starts_with("--host=");
        if (!apart && !joined) {
            break;
        }
        std::string_view socket = apart ? std::string_view(args[1]) : word.substr(word[1] == 'H' ? 2 : 7);
        socket.remove_prefix(socket.starts_with("unix://") ? 7 : 0);
        ::setenv("PONTOON_SOCKET", std::string(socket).c_str(), 1);
        args = args.subspan(apart ? 2 : 1);
    }
    return args;
}

} // namespace

int main(int argc, char** argv) {
    const auto args = without_host(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    const std::string_view verb = args.empty() ? "" : args[0];
    try {
        if (verb == "replay") {
            return pontoon::replay_main(args);
        }
        if (verb == "bench") {
            return pontoon::bench_main(args);
        }
        if (pontoon::is_client_verb(verb)) {
            return pontoon::client_main(args);
        }
        if (const int status = pontoon::run_verb({args.begin(), args.end()}); status >= 0) {
            return status;
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "pontoon {}: {}\n", verb, error.what());
        return 1;
    }
    if (verb == "--version" || verb == "-v") {
        fmt::print("pontoon {}\n", PONTOON_VERSION);
        return 0;
    }
    const bool asked = verb == "help" || verb == "--help" || verb == "-h";
    if (!asked && !verb.empty()) {
        fmt::print(stderr, "pontoon: there is no verb \"{}\"\n", verb);
    }
    fmt::print(asked ? stdout : stderr, "{}", usage());
    return asked ? 0 : 2;
}
