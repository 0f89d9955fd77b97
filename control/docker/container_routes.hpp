// Containers over HTTP: Docker's requests for them, and ours beside them under /pontoon/v1 (docs/docker-api.md).
#pragma once

#include <boost/asio/io_context.hpp>

#include "control/http.hpp"
#include "control/model/containers.hpp"

namespace pontoon {

// They keep references to what they are given.
void add_container_routes(HttpRoutes& routes, Containers& containers, Events& events);

// container_stop_routes.cpp: stop, kill and wait, which take their time.
void add_container_stop_routes(HttpRoutes& routes, Containers& containers, Events& events);

// A signal's number of "SIGTERM", "TERM" or "15". Throws Refused.
[[nodiscard]] int signal_number(const std::string& text);

} // namespace pontoon
