#include "control/docker/system_routes.hpp"

#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>

#include "control/http_text.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

std::string api(unsigned minor) {
    return std::to_string(kApiMajor) + "." + std::to_string(minor);
}

utsname machine() {
    utsname names{};
    (void)::uname(&names);
    return names;
}

// As Go calls it.
std::string architecture(const utsname& names) {
    const std::string name = names.machine;
    return name == "x86_64" ? "amd64" : name == "aarch64" ? "arm64" : name;
}

json::object version() {
    const auto names = machine();
    const json::object details{{"ApiVersion", api(kNewestApi)},
                               {"MinAPIVersion", api(kOldestApi)},
                               {"Os", "linux"},
                               {"Arch", architecture(names)},
                               {"KernelVersion", names.release},
                               {"Experimental", "false"},
                               {"GitCommit", ""},
                               {"GoVersion", ""},
                               {"BuildTime", ""}};
    const json::object engine{{"Name", "Engine"}, {"Version", PONTOON_VERSION}, {"Details", details}};
    return {{"Platform", json::object{{"Name", "Pontoon"}}},
            {"Components", json::array{engine}},
            {"Version", PONTOON_VERSION},
            {"ApiVersion", api(kNewestApi)},
            {"MinAPIVersion", api(kOldestApi)},
            {"GitCommit", ""},
            {"GoVersion", ""},
            {"Os", "linux"},
            {"Arch", architecture(names)},
            {"KernelVersion", names.release},
            {"BuildTime", ""}};
}

json::object info(const State& state, const EngineFacts& facts) {
    const auto names = machine();
    const auto running =
        std::ranges::count_if(state.containers.all(), [](const auto& entry) { return entry.second.is_running(); });
    struct sysinfo memory{};
    (void)::sysinfo(&memory);
    const json::object plugins{{"Volume", json::array()},
                               {"Network", json::array{"bridge", "host", "null"}},
                               {"Authorization", nullptr},
                               {"Log", json::array()}};
    const json::object swarm{
        {"NodeID", ""}, {"NodeAddr", ""},           {"LocalNodeState", "inactive"}, {"ControlAvailable", false},
        {"Error", ""},  {"RemoteManagers", nullptr}};
    return {{"ID", facts.id},
            {"Containers", state.containers.size()},
            {"ContainersRunning", running},
            {"ContainersPaused", 0},
            {"ContainersStopped", static_cast<std::int64_t>(state.containers.size()) - running},
            {"Images", 0},
            {"Driver", ""},
            {"Plugins", plugins},
            {"IPv4Forwarding", true},
            {"SystemTime", Time::now().to_string()},
            {"KernelVersion", names.release},
            {"OperatingSystem", "Linux"},
            {"OSType", "linux"},
            {"Architecture", names.machine},
            {"NCPU", ::sysconf(_SC_NPROCESSORS_ONLN)},
            {"MemTotal", static_cast<std::uint64_t>(memory.totalram) * memory.mem_unit},
            {"DockerRootDir", facts.state_directory.string()},
            {"Name", names.nodename},
            {"Labels", json::array()},
            {"ExperimentalBuild", false},
            {"ServerVersion", PONTOON_VERSION},
            {"Swarm", swarm},
            {"LiveRestoreEnabled", true},
            {"SecurityOptions", json::array()},
            {"Warnings", json::array()}};
}

} // namespace

void add_system_routes(HttpRoutes& routes, const State& state, EngineFacts facts) {
    routes.add("GET", "/_ping",
               [](const HttpRequest&) { return HttpResponse{200, "OK", "text/plain; charset=utf-8"}; });
    routes.add("GET", "/version",
               [](const HttpRequest&) { return HttpResponse{200, json::serialize(version()) + "\n"}; });
    routes.add("GET", "/info", [&state, facts = std::move(facts)](const HttpRequest&) {
        return HttpResponse{200, json::serialize(info(state, facts)) + "\n"};
    });
}

} // namespace pontoon
