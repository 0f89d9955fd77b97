// network create, ls, inspect, rm, prune, connect, disconnect.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/json_fields.hpp"
#include "tools/cli/listing.hpp"
#include "tools/cli/network_body.hpp"
#include "tools/cli/times.hpp"
#include "tools/cli/verbs.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;
using K = Flag::Kind;

int create_network(const Arguments& arguments) {
    const auto reply = DaemonClient(arguments.socket).post("/networks/create", network_create_body(arguments));
    if (const auto warning = text_field(reply, {"Warning"}); !warning.empty()) {
        fmt::print(stderr, "WARNING: {}\n", warning);
    }
    fmt::print("{}\n", text_field(reply, {"Id"}));
    return 0;
}

json::object row_of(const json::value& network, bool whole) {
    const auto yes = [&](const char* key) { return bool_field(network, {key}) ? "true" : "false"; };
    std::string labels;
    for (const auto& [key, value] : object_of(field(network, {"Labels"}))) {
        labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", std::string_view(key),
                              value.is_string() ? std::string_view(value.get_string()) : "");
    }
    const auto id = text_field(network, {"Id"});
    const auto created = parse_rfc3339(text_field(network, {"Created"}));
    return {{"ID", whole ? id : id.substr(0, 12)},
            {"Name", text_field(network, {"Name"})},
            {"Driver", text_field(network, {"Driver"})},
            {"Scope", text_field(network, {"Scope"})},
            {"CreatedAt", created ? go_time(*created) : "0001-01-01 00:00:00 +0000 UTC"},
            {"IPv4", yes("EnableIPv4")},
            {"IPv6", yes("EnableIPv6")},
            {"Internal", yes("Internal")},
            {"Labels", labels}};
}

json::value label_of(const json::value& row, std::span<const json::value> arguments) {
    const auto labels = text_field(row, {"Labels"});
    const auto wanted =
        arguments.empty() || !arguments[0].is_string() ? std::string() : std::string(arguments[0].get_string());
    for (std::size_t begin = 0; begin < labels.size();) {
        const auto end = std::min(labels.find(',', begin), labels.size());
        const auto one = labels.substr(begin, end - begin);
        if (one.substr(0, one.find('=')) == wanted) {
            return json::string(one.substr(std::min(one.size(), wanted.size() + 1)));
        }
        begin = end + 1;
    }
    return json::string();
}

int list(const Arguments& arguments) {
    const auto reply =
        DaemonClient(arguments.socket).get("/networks" + query({{"filters", filters_text(arguments.all("filter"))}}));
    std::vector<json::object> rows;
    for (const auto& network : array_of(reply)) {
        rows.push_back(row_of(network, arguments.is("no-trunc")));
    }
    std::ranges::stable_sort(rows, {}, [](const auto& row) { return std::string(row.at("Name").as_string()); });
    const Listing listing{{{"ID", "NETWORK ID"}, {"Name", "NAME"}, {"Driver", "DRIVER"}, {"Scope", "SCOPE"}},
                          {{"CreatedAt", "CREATED AT"},
                           {"IPv4", "IPV4"},
                           {"IPv6", "IPV6"},
                           {"Internal", "INTERNAL"},
                           {"Labels", "LABELS"}},
                          {{"Label", label_of}}};
    const auto format = arguments.text("format");
    const bool quiet = arguments.is("quiet") && (format.empty() || format == "table");
    fmt::print("{}", listed(listing, rows, quiet ? "{{.ID}}" : format));
    return 0;
}

int inspect_network(const Arguments& arguments) {
    const DaemonClient daemon(arguments.socket);
    std::vector<json::value> found;
    std::string errors;
    for (const auto& name : arguments.words) {
        try {
            found.push_back(daemon.get(network_path(name) + (arguments.is("verbose") ? "?verbose=true" : "")));
        } catch (const DaemonSays& error) {
            errors += std::string(error.what()) + "\n";
        }
    }
    fmt::print("{}", inspected(found, arguments.text("format")));
    std::fflush(stdout);
    fmt::print(stderr, "{}", errors);
    return errors.empty() ? 0 : 1;
}

int remove_network(const Arguments& arguments) {
    return for_each_word(
        arguments.words,
        [](const Arguments& all, const std::string& name) {
            try {
                DaemonClient(all.socket).remove(network_path(name));
                return true;
            } catch (const DaemonSays& error) {
                if (error.status == 404 && all.is("force")) {
                    return false;
                }
                throw;
            }
        },
        arguments);
}

int prune(const Arguments& arguments) {
    if (!arguments.is("force")) {
        fmt::print("WARNING! This will remove all custom networks not used by at least one container.\n"
                   "Are you sure you want to continue? [y/N] ");
        std::fflush(stdout);
        std::string answer;
        std::getline(std::cin, answer);
        if (answer != "y" && answer != "Y") {
            fmt::print("\n");
            return 0;
        }
    }
    const auto reply = DaemonClient(arguments.socket)
                           .post("/networks/prune" + query({{"filters", filters_text(arguments.all("filter"))}}));
    const auto& removed = array_of(field(reply, {"NetworksDeleted"}));
    if (!removed.empty()) {
        fmt::print("Deleted Networks:\n");
        for (const auto& name : removed) {
            fmt::print("{}\n", name.is_string() ? std::string_view(name.get_string()) : "");
        }
        fmt::print("\n");
    }
    return 0;
}

int connect(const Arguments& arguments) {
    DaemonClient(arguments.socket).post(network_path(arguments.words[0], "connect"), network_connect_body(arguments));
    return 0;
}

int disconnect(const Arguments& arguments) {
    DaemonClient(arguments.socket)
        .post(network_path(arguments.words[0], "disconnect"),
              json::object{{"Container", arguments.words[1]}, {"Force", arguments.is("force")}});
    return 0;
}

std::vector<Flag> network_flags() {
    return {{"attachable", 0, K::boolean, "", "Enable manual container attachment"},
            {"aux-address", 0, K::list, "map", "Addresses that are not handed out: name=address"},
            {"config-from", 0, K::text, "string", "The network from which to copy the configuration"},
            {"config-only", 0, K::boolean, "", "Create a configuration only network"},
            {"driver", 'd', K::text, "string", "Driver to manage the network", "bridge"},
            {"gateway", 0, K::csv, "strings", "Gateway for the subnet"},
            {"ingress", 0, K::boolean, "", "Create swarm routing-mesh network"},
            {"internal", 0, K::boolean, "", "Restrict external access to the network"},
            {"ip-range", 0, K::csv, "strings", "Allocate container ip from a sub-range"},
            {"ipam-driver", 0, K::text, "string", "IP address management driver", "default"},
            {"ipam-opt", 0, K::list, "map", "Set IPAM driver specific options"},
            {"ipv4", 0, K::boolean, "", "Enable or disable IPv4 address assignment", "true"},
            {"ipv6", 0, K::boolean, "", "Enable or disable IPv6 address assignment"},
            {"label", 0, K::list, "list", "Set metadata on a network"},
            {"opt", 'o', K::list, "map", "Set driver specific options"},
            {"scope", 0, K::text, "string", "Control the network's scope"},
            {"subnet", 0, K::csv, "strings", "Subnet in CIDR format that represents a network segment"}};
}

std::vector<Flag> connect_flags() {
    return {{"alias", 0, K::csv, "strings", "Add network-scoped alias for the container"},
            {"driver-opt", 0, K::csv, "strings", "Driver options for the network"},
            {"gw-priority", 0, K::number, "int", "Highest gw-priority provides the default gateway"},
            {"ip", 0, K::text, "string", "IPv4 address (e.g., \"172.30.100.104\")"},
            {"ip6", 0, K::text, "string", "IPv6 address (e.g., \"2001:db8::33\")"},
            {"link", 0, K::list, "list", "Add link to another container"},
            {"link-local-ip", 0, K::csv, "strings", "Add a link-local address for the container"}};
}

} // namespace

std::vector<Verb> network_verbs() {
    const Flag force{"force", 'f', K::boolean, "", "Do not error if the network does not exist"};
    return {
        {"network connect", "[OPTIONS] NETWORK CONTAINER", "Connect a container to a network", connect_flags(), 2, 2,
         Completes::network_then_container, connect},
        {"network create", "[OPTIONS] NETWORK", "Create a network", network_flags(), 1, 1, Completes::nothing,
         create_network},
        {"network disconnect",
         "[OPTIONS] NETWORK CONTAINER",
         "Disconnect a container from a network",
         {{"force", 'f', K::boolean, "", "Force the container to disconnect from a network"}},
         2,
         2,
         Completes::network_then_container,
         disconnect},
        {"network inspect",
         "[OPTIONS] NETWORK [NETWORK...]",
         "Display detailed information on one or more networks",
         {format_flag('f'), {"verbose", 'v', K::boolean, "", "Verbose output for diagnostics"}},
         1,
         UINT_MAX,
         Completes::network,
         inspect_network},
        {"network ls",
         "[OPTIONS]",
         "List networks",
         {filter_flag('f', "Provide filter values (e.g. \"driver=bridge\")"),
          format_flag(),
          {"no-trunc", 0, K::boolean, "", "Do not truncate the output"},
          {"quiet", 'q', K::boolean, "", "Only display network IDs"}},
         0,
         0,
         Completes::nothing,
         list,
         {"network list"}},
        {"network prune",
         "[OPTIONS]",
         "Remove all unused networks",
         {filter_flag(0, "Provide filter values (e.g. \"until=<timestamp>\")"),
          {"force", 'f', K::boolean, "", "Do not prompt for confirmation"}},
         0,
         0,
         Completes::nothing,
         prune},
        {"network rm",
         "NETWORK [NETWORK...]",
         "Remove one or more networks",
         {force},
         1,
         UINT_MAX,
         Completes::network,
         remove_network,
         {"network remove"}},
    };
}

} // namespace pontoon
