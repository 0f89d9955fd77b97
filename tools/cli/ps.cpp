#include "tools/cli/ps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/daemon_client.hpp"
#include "tools/cli/json_fields.hpp"
#include "tools/cli/listing.hpp"
#include "tools/cli/port_text.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/template/values.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kCommandWidth = 20;

// At most `width` characters, the last of them "…" if some are missing.
std::string ellipsis(const std::string& text, std::size_t width) {
    std::size_t count = 0;
    std::size_t cut = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U) {
            cut = ++count == width ? at : cut;
        }
    }
    return count > width ? text.substr(0, cut) + "…" : text;
}

std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& one : all) {
        text += (text.empty() ? "" : ",") + one;
    }
    return text;
}

std::vector<std::string> pairs(const json::value& object) {
    std::vector<std::string> all;
    for (const auto& [key, value] : object_of(object)) {
        all.push_back(fmt::format("{}={}", std::string_view(key), go_text(value)));
    }
    return all;
}

std::vector<std::string> keys(const json::value& object) {
    std::vector<std::string> all;
    for (const auto& [key, value] : object_of(object)) {
        all.emplace_back(key);
    }
    std::ranges::sort(all);
    return all;
}

// A link of another container, "/a/alias", is shown only in full.
std::string names_of(const json::value& container, bool whole) {
    std::vector<std::string> all;
    for (const auto& one : array_of(field(container, {"Names"}))) {
        const auto name = go_text(one).substr(go_text(one).starts_with('/') ? 1 : 0);
        if (whole || !name.contains('/')) {
            all.push_back(name);
        }
    }
    return joined(all);
}

json::value label_of(const json::value& row, std::span<const json::value> arguments) {
    const auto wanted = arguments.empty() ? std::string() : go_text(arguments[0]) + "=";
    const auto labels = "," + text_field(row, {"Labels"});
    const auto at = labels.find("," + wanted);
    if (wanted.empty() || at == std::string::npos) {
        return json::string();
    }
    const auto begin = at + 1 + wanted.size();
    return json::string(labels.substr(begin, labels.find(',', begin) - begin));
}

int ps(const Arguments& arguments) {
    const auto last = arguments.is("latest") ? 1 : arguments.number("last");
    const auto asked = query({{"all", arguments.is("all") ? "1" : ""},
                              {"limit", last > 0 ? std::to_string(last) : ""},
                              {"filters", filters_text(arguments.all("filter"))}});
    const auto reply = DaemonClient(arguments.socket).get("/containers/json" + asked);
    const auto now = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    std::vector<json::object> rows;
    for (const auto& container : array_of(reply)) {
        rows.push_back(ps_row(container, now, arguments.is("no-trunc")));
    }
    const Listing listing{{{"ID", "CONTAINER ID"},
                           {"Image", "IMAGE"},
                           {"Command", "COMMAND"},
                           {"RunningFor", "CREATED"},
                           {"Status", "STATUS"},
                           {"Ports", "PORTS"},
                           {"Names", "NAMES"}},
                          {{"CreatedAt", "CREATED AT"},
                           {"Labels", "LABELS"},
                           {"LocalVolumes", "LOCAL VOLUMES"},
                           {"Mounts", "MOUNTS"},
                           {"Networks", "NETWORKS"},
                           {"Size", "SIZE"},
                           {"State", "STATE"}},
                          {{"Label", label_of}}};
    const auto format = arguments.text("format");
    const bool quiet = arguments.is("quiet") && (format.empty() || format == "table");
    fmt::print("{}", listed(listing, rows, quiet ? "{{.ID}}" : format));
    return 0;
}

} // namespace

json::object ps_row(const json::value& container, Moment now, bool whole) {
    const auto id = text_field(container, {"Id"});
    const Moment created{std::chrono::seconds{number_field(container, {"Created"})}};
    const auto command = text_field(container, {"Command"});
    const auto image = text_field(container, {"Image"});
    return {{"ID", whole ? id : id.substr(0, 12)},
            {"Image", image.empty() ? "<no image>" : image},
            {"Command", "\"" + (whole ? command : ellipsis(command, kCommandWidth)) + "\""},
            {"CreatedAt", go_time(created)},
            {"RunningFor", human_duration(now - created) + " ago"},
            {"Status", text_field(container, {"Status"})},
            {"State", text_field(container, {"State"})},
            {"Ports", ports_summary(field(container, {"Ports"}))},
            {"Names", names_of(container, whole)},
            {"Labels", joined(pairs(field(container, {"Labels"})))},
            {"Networks", joined(keys(field(container, {"NetworkSettings", "Networks"})))},
            {"Platform", nullptr},
            {"Mounts", ""},
            {"LocalVolumes", "0"},
            {"Size", "0B"}};
}

Verb ps_verb() {
    using K = Flag::Kind;
    return {.name = "ps",
            .words = "[OPTIONS]",
            .about = "List containers",
            .flags = {{"all", 'a', K::boolean, "", "Show all containers (default shows just running)"},
                      filter_flag('f', "Filter output based on conditions provided"),
                      format_flag(),
                      {"last", 'n', K::number, "int", "Show n last created containers (includes all states)", "-1"},
                      {"latest", 'l', K::boolean, "", "Show the latest created container (includes all states)"},
                      {"no-trunc", 0, K::boolean, "", "Don't truncate output"},
                      {"quiet", 'q', K::boolean, "", "Only display container IDs"},
                      {"size", 's', K::boolean, "", "Accepted; containers have no file system of their own"}},
            .most = 0,
            .run = ps,
            .aliases = {"container ls", "container list", "container ps"}};
}

} // namespace pontoon
