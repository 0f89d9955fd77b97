// The `pontoon` command: one verb a subcommand.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <span>
#include <string_view>

#include "tools/bench.hpp"
#include "tools/client.hpp"
#include "tools/replay.hpp"

namespace {

constexpr std::string_view kUsage = R"(usage: pontoon VERB ...

  attach    connect a container to a network
  detach    take it away again
  ls        list the endpoints that are attached
  stats     print the daemon's statistics
  replay    run captures through the switch and write what comes out
  bench     measure the packet engine
  version   print the version

`pontoon VERB --help` tells more.
)";

} // namespace

int main(int argc, char** argv) {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::string_view verb = args.size() > 1 ? args[1] : "";
    try {
        if (verb == "replay") {
            return pontoon::replay_main(args.subspan(1));
        }
        if (verb == "bench") {
            return pontoon::bench_main(args.subspan(1));
        }
        if (pontoon::is_client_verb(verb)) {
            return pontoon::client_main(args.subspan(1));
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "pontoon {}: {}\n", verb, error.what());
        return 1;
    }
    if (verb == "version" || verb == "--version") {
        fmt::print("pontoon {}\n", PONTOON_VERSION);
        return 0;
    }
    const bool asked = verb == "help" || verb == "--help" || verb == "-h";
    if (!asked && !verb.empty()) {
        fmt::print(stderr, "pontoon: there is no verb \"{}\"\n", verb);
    }
    fmt::print(asked ? stdout : stderr, "{}", kUsage);
    return asked ? 0 : 2;
}
