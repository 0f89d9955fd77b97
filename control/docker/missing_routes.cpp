// What Docker has and pontoon has not.
#include <fmt/format.h>

#include <array>

#include "control/docker/system_routes.hpp"
#include "control/json_reader.hpp"

namespace pontoon {

namespace {

struct Missing {
    const char* pattern;
    const char* message;
};

constexpr const char* kNoImages =
    "pontoon has no images: a container is a command of this machine, `pontoon run -- COMMAND`";
constexpr const char* kNoSwarm = "pontoon is no swarm: its networks are those of this host";
constexpr const char* kNoVolumes = "pontoon has no volumes: containers see the file system of this machine";
constexpr const char* kNoExec = "pontoon starts processes by its own command: `pontoon exec NAME COMMAND`";
constexpr const char* kNoPlugins = "pontoon has no plugins";

constexpr std::array kMissing{
    Missing{"/images", kNoImages},
    Missing{"/images/{...}", kNoImages},
    Missing{"/build", kNoImages},
    Missing{"/build/{...}", kNoImages},
    Missing{"/commit", kNoImages},
    Missing{"/distribution/{...}", kNoImages},
    Missing{"/session", kNoImages},
    Missing{"/grpc", kNoImages},
    Missing{"/auth", kNoImages},
    Missing{"/exec/{...}", kNoExec},
    Missing{"/volumes", kNoVolumes},
    Missing{"/volumes/{...}", kNoVolumes},
    Missing{"/swarm", kNoSwarm},
    Missing{"/swarm/{...}", kNoSwarm},
    Missing{"/nodes", kNoSwarm},
    Missing{"/nodes/{...}", kNoSwarm},
    Missing{"/services", kNoSwarm},
    Missing{"/services/{...}", kNoSwarm},
    Missing{"/tasks", kNoSwarm},
    Missing{"/tasks/{...}", kNoSwarm},
    Missing{"/secrets", kNoSwarm},
    Missing{"/secrets/{...}", kNoSwarm},
    Missing{"/configs", kNoSwarm},
    Missing{"/configs/{...}", kNoSwarm},
    Missing{"/plugins", kNoPlugins},
    Missing{"/plugins/{...}", kNoPlugins},
    Missing{"/system/df", "pontoon keeps neither images nor volumes that take space"},
};

// What `docker inspect NAME` asks for in turn: there is none of that name, whatever it is.
constexpr std::array kNotFound{
    Missing{"/images/{name...}/json", "No such image: {}"},    Missing{"/volumes/{name...}", "get {}: no such volume"},
    Missing{"/plugins/{name...}/json", "plugin {} not found"}, Missing{"/services/{name...}", "service {} not found"},
    Missing{"/tasks/{name...}", "task {} not found"},          Missing{"/nodes/{name...}", "node {} not found"},
    Missing{"/secrets/{name...}", "secret {} not found"},      Missing{"/configs/{name...}", "config {} not found"},
};

} // namespace

void add_missing_routes(HttpRoutes& routes) {
    for (const auto& one : kNotFound) {
        routes.add("GET", one.pattern, [message = one.message](const HttpRequest& request) {
            return HttpResponse::error(404, fmt::format(fmt::runtime(message), shown(request.captured[0])));
        });
    }
    for (const auto& one : kMissing) {
        routes.add("*", one.pattern,
                   [message = one.message](const HttpRequest&) { return HttpResponse::error(501, message); });
    }
}

} // namespace pontoon
