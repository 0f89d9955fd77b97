// The daemon's own requests (docs/daemon.md).
#pragma once

#include <boost/json.hpp>

#include "control/desired.hpp"
#include "control/host.hpp"
#include "control/http.hpp"
#include "control/legacy_attachments.hpp"

namespace pontoon {

// They keep references to what they are given.
void add_pontoon_routes(HttpRoutes& routes, LegacyAttachments& attachments, const Desired& desired, const Host& host);

// An endpoint as requests show it.
[[nodiscard]] boost::json::object endpoint_json(const Attachment& attachment, const Network& network);

} // namespace pontoon
