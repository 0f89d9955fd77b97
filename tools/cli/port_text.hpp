// Ports for people.
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pontoon {

// NetworkSettings.Ports as `docker port` shows it: "80/tcp -> 0.0.0.0:8080", a line each, in order.
[[nodiscard]] std::string port_lines(const boost::json::value& ports);
// Only those of one port, as "0.0.0.0:8080"; nothing if it is not published.
[[nodiscard]] std::optional<std::string> port_lines_of(const boost::json::value& ports, std::string_view port);
// The Ports of GET /containers/json as `docker ps` shows them: "0.0.0.0:80-81->80-81/tcp, 90/tcp, [::]:8080->80/tcp"
// (row P-016): ranges only where they keep their numbers.
[[nodiscard]] std::string ports_summary(const boost::json::value& ports);

} // namespace pontoon
