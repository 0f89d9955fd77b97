// What the daemon knows that `pontoon doctor` cannot see from outside: its uplink and the ports it translates to.
#pragma once

#include <boost/json.hpp>

#include <optional>

#include "control/desired.hpp"
#include "control/http.hpp"
#include "control/options.hpp"

namespace pontoon {

// {"Uplink": "eth0", "UplinkMode": "auto", "Addresses": ["192.0.2.7"], "NatPorts": [{"First": 61000, "Last": 65535}],
// "State": "/var/lib/pontoon"}. Uplink is "" without one; it has no addresses while the interface has none.
[[nodiscard]] boost::json::object doctor_json(const DaemonOptions& options, const std::optional<Uplink>& uplink);

// GET /pontoon/v1/doctor. The references must outlive the routes.
void add_doctor_route(HttpRoutes& routes, const DaemonOptions& options, const Desired& desired);

} // namespace pontoon
