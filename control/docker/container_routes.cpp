#include "control/docker/container_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

#include "control/docker/container_filters.hpp"
#include "control/docker/container_json.hpp"
#include "control/docker/container_request.hpp"
#include "control/docker/json_body.hpp"
#include "control/docker/json_values.hpp"
#include "control/json_reader.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/link_env.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMostPublishes = 4096;

HttpResponse json_response(unsigned status, const json::value& value) {
    return {status, json::serialize(value) + "\n"};
}

int integer_parameter(const HttpRequest& request, std::string_view name) {
    const auto text = request.parameter(name).value_or("");
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
        throw Refused(Refused::Why::bad, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", shown(text)));
    }
    return value;
}

HttpResponse create(Containers& containers, const HttpRequest& request) {
    auto name = request.parameter("name").value_or("");
    name = name.starts_with('/') ? name.substr(1) : name;
    Texts warnings;
    const auto& made = containers.create(read_create_request(json_body(request), name, request.api_version, warnings));
    std::ranges::copy(creation_warnings(made), std::back_inserter(warnings));
    return json_response(201, {{"Id", made.id}, {"Warnings", json_of(warnings)}});
}

HttpResponse list(const Containers& containers, const HttpRequest& request) {
    ContainerQuery query;
    query.all = request.flag("all");
    query.limit = integer_parameter(request, "limit");
    query.filters = parse_filters(request.parameter("filters").value_or(""));
    check_container_filters(query.filters);
    const auto now = Time::now();
    const bool with_size = request.flag("size");
    json::array all;
    for (const auto* container : select(containers.state(), query)) {
        auto line = container_summary(containers.state(), *container, now);
        if (with_size) {
            line["SizeRw"] = 0;
            line["SizeRootFs"] = 0;
        }
        all.push_back(std::move(line));
    }
    return json_response(200, all);
}

HttpResponse inspect(const Containers& containers, const HttpRequest& request) {
    const auto& container = find_container(containers.state(), request.captured[0]);
    return json_response(200, container_json(containers.state(), container, containers.files(container)));
}

HttpResponse remove(Containers& containers, const HttpRequest& request) {
    if (request.flag("link")) {
        throw Refused(Refused::Why::impossible, "Conflict, cannot remove the default link name of the container");
    }
    containers.remove(request.captured[0], request.flag("force"));
    return {204, ""};
}

// `docker rm --link CONTAINER/ALIAS`
HttpResponse remove_link(Containers& containers, const HttpRequest& request) {
    if (!request.flag("link")) {
        throw Refused(Refused::Why::missing,
                      fmt::format("No such container: {}/{}", shown(request.captured[0]), shown(request.captured[1])));
    }
    containers.unlink(request.captured[0], request.captured[1]);
    return {204, ""};
}

pid_t pid_in(const json::object& body) {
    const auto pid = integer_of(body, "pid");
    if (pid < 1 || pid > std::numeric_limits<pid_t>::max()) {
        throw Refused(Refused::Why::bad, fmt::format("pid: {} is no process", pid));
    }
    return static_cast<pid_t>(pid);
}

// Containers in another one's namespace have its files (H-003).
const ContainerRecord& owner_of_files(const State& state, const ContainerRecord& container) {
    const auto shared = shared_container(container.network_mode);
    return shared.empty() ? container : find_container(state, shared);
}

HttpResponse start(Containers& containers, const HttpRequest& request) {
    const auto body = json_body(request);
    Place place;
    place.pid = pid_in(body);
    const auto& container = containers.start(request.captured[0], place);
    const auto& state = containers.state();
    const auto& owner = owner_of_files(state, container);
    const auto files = containers.files(owner);
    const auto env = bool_of(body, "LinkEnv") ? link_env(state, container) : Texts();
    return json_response(200, {{"Id", container.id},
                               {"HostsPath", files.hosts.string()},
                               {"HostnamePath", files.hostname.string()},
                               {"ResolvConfPath", files.resolv_conf.string()},
                               {"LogPath", containers.files(container).log.string()},
                               {"Hostname", owner.hostname},
                               {"Env", json_of(env)}});
}

HttpResponse exited(Containers& containers, const HttpRequest& request) {
    const auto body = json_body(request);
    const auto code = integer_of(body, "code");
    if (code < 0 || code > 255) {
        throw Refused(Refused::Why::bad, fmt::format("code: {} is no exit code", code));
    }
    containers.exited(request.captured[0], pid_in(body), static_cast<int>(code));
    return {204, ""};
}

std::vector<PublishSpec> specs_in(const HttpRequest& request) {
    std::vector<PublishSpec> specs;
    for (const auto& text : texts_of(json_body(request), "publish")) {
        if (specs.size() == kMostPublishes) {
            throw Refused(Refused::Why::bad, fmt::format("publish: more than {}", kMostPublishes));
        }
        specs.push_back(parse_publish_spec(text));
    }
    if (specs.empty()) {
        throw Refused(Refused::Why::bad, "publish: nothing is given");
    }
    return without_ipv6(specs);
}

// What Docker's clients ask for and pontoon has no process for.
void add_refusals(HttpRoutes& routes) {
    const auto refuse = [&](const std::string& method, const std::string& what, const std::string& instead) {
        routes.add(method, "/containers/{id}/" + what,
                   [instead](const HttpRequest&) { return HttpResponse::error(501, instead); });
    };
    refuse("POST", "start", "pontoon's daemon starts no processes: use `pontoon start NAME`");
    refuse("POST", "restart", "pontoon's daemon starts no processes: use `pontoon restart NAME`");
    refuse("POST", "exec", "pontoon's daemon starts no processes: use `pontoon exec NAME COMMAND`");
    refuse("POST", "attach", "a container's output is in its log: use `pontoon logs -f NAME`");
    refuse("GET", "attach/ws", "a container's output is in its log: use `pontoon logs -f NAME`");
    refuse("GET", "logs", "the daemon reads no logs: use `pontoon logs NAME`");
    refuse("GET", "top", "use `pontoon exec NAME ps`");
    refuse("GET", "stats", "use `pontoon stats`");
    refuse("GET", "changes", "containers share the host's files: there are no changes to tell");
    refuse("GET", "export", "containers share the host's files: there is nothing to export");
    refuse("GET", "archive", "containers share the host's files: copy them there");
    refuse("PUT", "archive", "containers share the host's files: copy them there");
    refuse("POST", "pause", "pontoon pauses no containers");
    refuse("POST", "unpause", "pontoon pauses no containers");
    refuse("POST", "resize", "pontoon's daemon has no terminals");
    refuse("POST", "update", "pontoon limits no resources; ports are changed by `pontoon publish` and `unpublish`");
}

} // namespace

void add_container_routes(HttpRoutes& routes, Containers& containers, Events& events) {
    routes.add("POST", "/containers/create", [&](const HttpRequest& request) { return create(containers, request); });
    routes.add("GET", "/containers/json", [&](const HttpRequest& request) { return list(containers, request); });
    routes.add("GET", "/containers/{id}/json",
               [&](const HttpRequest& request) { return inspect(containers, request); });
    routes.add("DELETE", "/containers/{id}", [&](const HttpRequest& request) { return remove(containers, request); });
    routes.add("DELETE", "/containers/{id}/{alias}",
               [&](const HttpRequest& request) { return remove_link(containers, request); });
    routes.add("POST", "/containers/{id}/rename", [&](const HttpRequest& request) {
        containers.rename(request.captured[0], request.parameter("name").value_or(""));
        return HttpResponse{204, ""};
    });
    const std::string own = "/pontoon/v1/containers/{id}/";
    routes.add("POST", own + "start", [&](const HttpRequest& request) { return start(containers, request); });
    routes.add("POST", own + "exited", [&](const HttpRequest& request) { return exited(containers, request); });
    routes.add("POST", own + "publish", [&](const HttpRequest& request) {
        return json_response(200, ports_json(containers.publish(request.captured[0], specs_in(request))));
    });
    routes.add("POST", own + "unpublish", [&](const HttpRequest& request) {
        return json_response(200, ports_json(containers.unpublish(request.captured[0], specs_in(request))));
    });
    add_container_stop_routes(routes, containers, events);
    add_refusals(routes);
}

} // namespace pontoon
