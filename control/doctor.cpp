#include "control/doctor.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

const char* name_of(UplinkMode mode) {
    switch (mode) {
    case UplinkMode::xdp: return "xdp";
    case UplinkMode::tap: return "tap";
    default: return "auto";
    }
}

} // namespace

json::object doctor_json(const DaemonOptions& options, const std::optional<Uplink>& uplink) {
    json::array addresses;
    json::array ports;
    if (uplink) {
        for (const auto& one : uplink->ipv4) {
            addresses.emplace_back(one.address.to_string());
        }
        for (const auto& range : uplink->nat_ports) {
            ports.push_back(json::object{{"First", range.first}, {"Last", range.last}});
        }
    }
    return {{"Uplink", options.uplink},
            {"UplinkMode", name_of(options.uplink_mode)},
            {"Addresses", addresses},
            {"NatPorts", ports},
            {"State", options.state.string()}};
}

void add_doctor_route(HttpRoutes& routes, const DaemonOptions& options, const Desired& desired) {
    routes.add("GET", "/pontoon/v1/doctor", [&](const HttpRequest&) {
        return HttpResponse{200, json::serialize(doctor_json(options, desired.uplink)) + "\n"};
    });
}

} // namespace pontoon
