// A container as a line of `docker ps`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "control/docker/container_json.hpp"
#include "control/docker/json_values.hpp"
#include "control/docker/port_bindings.hpp"
#include "control/model/container_rules.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// As Docker says it: the unit below which the next smaller one is told, and its length in seconds.
std::string duration_text(std::int64_t seconds) {
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    const std::int64_t hours = (seconds + hour / 2) / hour;
    if (seconds < 1) {
        return "Less than a second";
    }
    if (seconds < minute) {
        return seconds == 1 ? "1 second" : fmt::format("{} seconds", seconds);
    }
    if (seconds < hour) {
        return seconds < 2 * minute ? "About a minute" : fmt::format("{} minutes", seconds / minute);
    }
    if (hours < 48) {
        return hours == 1 ? "About an hour" : fmt::format("{} hours", hours);
    }
    constexpr std::int64_t hours_a_day = 24;
    if (hours < hours_a_day * 7 * 2) {
        return fmt::format("{} days", hours / hours_a_day);
    }
    if (hours < hours_a_day * 30 * 2) {
        return fmt::format("{} weeks", hours / hours_a_day / 7);
    }
    if (hours < hours_a_day * 365 * 2) {
        return fmt::format("{} months", hours / hours_a_day / 30);
    }
    return fmt::format("{} years", seconds / day / 365);
}

std::string status_text(const ContainerRecord& container, Time now) {
    const auto since = [&](Time then) { return duration_text((now.nanoseconds - then.nanoseconds) / kSecond); };
    switch (container.state) {
    case ContainerRecord::State::created: return "Created";
    case ContainerRecord::State::running: return "Up " + since(container.started);
    case ContainerRecord::State::exited: break;
    }
    return fmt::format("Exited ({}) {} ago", container.exit_code, since(container.finished));
}

json::array ports_of(const ContainerRecord& container) {
    if (!container.is_running() || container.network_mode == "host") {
        return {};
    }
    return port_list_json(container.bindings, exposed_ports(container));
}

} // namespace

json::object container_summary(const State& state, const ContainerRecord& container, Time now) {
    return {{"Id", container.id},
            {"Names", {"/" + container.name}},
            {"Image", ""},
            {"ImageID", ""},
            {"Command", fmt::format("{}", fmt::join(container.command, " "))},
            {"Created", container.created.nanoseconds / kSecond},
            {"Ports", ports_of(container)},
            {"Labels", json_of(container.labels)},
            {"State", to_string(container.state)},
            {"Status", status_text(container, now)},
            {"HostConfig", {{"NetworkMode", container.network_mode}}},
            {"NetworkSettings", {{"Networks", networks_json(state, container)}}},
            {"Mounts", json::array()}};
}

} // namespace pontoon
