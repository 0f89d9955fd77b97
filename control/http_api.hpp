// The daemon's own requests (docs/daemon.md).
#pragma once

#include <boost/json.hpp>

#include "control/desired.hpp"
#include "control/host.hpp"
#include "control/http.hpp"
#include "control/model/containers.hpp"

namespace pontoon {

// They keep references to what they are given. `kind` is what those get that ask for nothing else.
void add_pontoon_routes(HttpRoutes& routes, Containers& containers, AttachKind kind, const Desired& desired,
                        const Host& host);

// An endpoint as requests show it.
[[nodiscard]] boost::json::object endpoint_json(const Attachment& attachment, const Network& network);

} // namespace pontoon
