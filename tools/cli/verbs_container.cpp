// stop, kill, rm, rename, publish, unpublish.
#include <fmt/format.h>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/json_fields.hpp"
#include "tools/cli/port_text.hpp"
#include "tools/cli/verbs.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;
using K = Flag::Kind;

int stop(const Arguments& arguments) {
    return for_each_word(
        arguments.words,
        [](const Arguments& all, const std::string& name) {
            const auto asked = query({{"signal", all.text("signal")}, {"t", all.text("timeout")}});
            DaemonClient(all.socket).post(container_path(name, "stop") + asked);
            return true;
        },
        arguments);
}

int kill(const Arguments& arguments) {
    return for_each_word(
        arguments.words,
        [](const Arguments& all, const std::string& name) {
            DaemonClient(all.socket).post(container_path(name, "kill") + query({{"signal", all.text("signal")}}));
            return true;
        },
        arguments);
}

int remove(const Arguments& arguments) {
    return for_each_word(
        arguments.words,
        [](const Arguments& all, const std::string& name) {
            try {
                DaemonClient(all.socket)
                    .remove(container_path(name) + query({{"force", all.is("force") ? "1" : ""},
                                                          {"link", all.is("link") ? "1" : ""},
                                                          {"v", all.is("volumes") ? "1" : ""}}));
                return true;
            } catch (const DaemonSays& error) {
                if (error.status != 404 || !all.is("force")) {
                    throw;
                }
                fmt::print(stderr, "{}\n", error.what()); // as docker: said, but no failure
                return false;
            }
        },
        arguments);
}

int rename(const Arguments& arguments) {
    DaemonClient(arguments.socket)
        .post(container_path(arguments.words[0], "rename") + query({{"name", arguments.words[1]}}));
    return 0;
}

// The ports that the container has afterwards, as `port` shows them.
int change_ports(const Arguments& arguments, const char* what) {
    json::array specs;
    for (std::size_t i = 1; i < arguments.words.size(); ++i) {
        specs.emplace_back(arguments.words[i]);
    }
    const auto reply = DaemonClient(arguments.socket)
                           .post(fmt::format("/pontoon/v1/containers/{}/{}", percent_encoded(arguments.words[0]), what),
                                 json::object{{"publish", specs}});
    fmt::print("{}", port_lines(reply));
    return 0;
}

int publish(const Arguments& arguments) {
    return change_ports(arguments, "publish");
}

int unpublish(const Arguments& arguments) {
    return change_ports(arguments, "unpublish");
}

} // namespace

std::vector<Verb> container_verbs() {
    const Flag signal{"signal", 's', K::text, "string", "Signal to send to the container"};
    const std::string many = "[OPTIONS] CONTAINER [CONTAINER...]";
    return {
        {.name = "stop",
         .words = many,
         .about = "Stop one or more running containers",
         .flags = {signal, {"timeout", 't', K::number, "int", "Seconds to wait before killing the container"}},
         .least = 1,
         .completes = Completes::running,
         .run = stop,
         .aliases = {"container stop"}},
        {.name = "kill",
         .words = many,
         .about = "Kill one or more running containers",
         .flags = {signal},
         .least = 1,
         .completes = Completes::running,
         .run = kill,
         .aliases = {"container kill"}},
        {.name = "rm",
         .words = many,
         .about = "Remove one or more containers",
         .flags = {{"force", 'f', K::boolean, "", "Force the removal of a running container (uses SIGKILL)"},
                   {"link", 'l', K::boolean, "", "Remove the specified link"},
                   {"volumes", 'v', K::boolean, "", "Accepted; containers have no volumes"}},
         .least = 1,
         .completes = Completes::container,
         .run = remove,
         .aliases = {"container rm", "container remove"}},
        {.name = "rename",
         .words = "CONTAINER NEW_NAME",
         .about = "Rename a container",
         .flags = {},
         .least = 2,
         .most = 2,
         .completes = Completes::container,
         .run = rename,
         .aliases = {"container rename"}},
        {.name = "publish",
         .words = "CONTAINER SPEC [SPEC...]",
         .about = "Publish more ports of a container",
         .flags = {},
         .least = 2,
         .completes = Completes::container,
         .run = publish,
         .more = "SPEC is [HOST_IP:][HOST_PORTS:]PORTS[/tcp|udp|sctp], as for `run -p`. The container may run."},
        {.name = "unpublish",
         .words = "CONTAINER SPEC [SPEC...]",
         .about = "Take published ports away again",
         .flags = {},
         .least = 2,
         .completes = Completes::container,
         .run = unpublish,
         .more = "SPEC is what was published. The container may run; connections through the port end."},
    };
}

} // namespace pontoon
