#include "tools/client.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <boost/program_options.hpp>
#include <iostream>

#include "tools/client_http.hpp"
#include "tools/client_options.hpp"
#include "tools/client_table.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

constexpr const char* kEndpoints = "/pontoon/v1/endpoints";

int refused(const std::string& verb, const Reply& reply) {
    json::error_code error;
    const auto value = json::parse(reply.body, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* message = object == nullptr ? nullptr : object->if_contains("message");
    fmt::print(stderr, "pontoon {}: {}\n", verb,
               message != nullptr && message->is_string() ? std::string(message->get_string())
                                                          : fmt::format("the daemon answers {}", reply.status));
    return 1;
}

int attach(const ClientOptions& options) {
    const auto reply = ask_daemon(options.socket, "POST", kEndpoints, json::serialize(options.attach));
    if (reply.status != 201) {
        return refused("attach", reply);
    }
    fmt::print("{}", options.json ? reply.body : attached_text(json::parse(reply.body).as_object()));
    return 0;
}

int detach(const ClientOptions& options) {
    int status = 0;
    for (const auto& name : options.names) {
        const auto reply = ask_daemon(options.socket, "DELETE", fmt::format("{}/{}", kEndpoints, name));
        status = reply.status == 204 ? status : refused("detach", reply);
    }
    return status;
}

int list(const ClientOptions& options) {
    const auto reply = ask_daemon(options.socket, "GET", kEndpoints);
    if (reply.status != 200) {
        return refused("ls", reply);
    }
    fmt::print("{}", options.json ? reply.body : table_text(json::parse(reply.body).as_array()));
    return 0;
}

int stats(const ClientOptions& options) {
    const auto reply = ask_daemon(options.socket, "GET", "/pontoon/v1/stats");
    if (reply.status != 200) {
        return refused("stats", reply);
    }
    fmt::print("{}", reply.body);
    return 0;
}

} // namespace

bool is_client_verb(std::string_view verb) {
    return verb == "attach" || verb == "detach" || verb == "ls" || verb == "stats";
}

int client_main(std::span<char*> args) {
    std::optional<ClientOptions> options;
    const std::string verb = args[0];
    try {
        options = parse_client_options(args, std::cout);
    } catch (const std::exception& bad) {
        fmt::print(stderr, "pontoon {}: {}\n", verb, bad.what());
        return 2;
    }
    if (!options) {
        return 0;
    }
    if (verb == "attach") {
        return attach(*options);
    }
    if (verb == "detach") {
        return detach(*options);
    }
    return verb == "ls" ? list(*options) : stats(*options);
}

} // namespace pontoon
