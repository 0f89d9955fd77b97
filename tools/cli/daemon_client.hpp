// Requests of the verbs to the daemon.
#pragma once

#include <boost/json.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pontoon {

// "Error response from daemon: network n1 not found", or that it cannot be reached (status 0).
class DaemonSays : public std::runtime_error {
public:
    DaemonSays(const std::string& text, unsigned status_) : std::runtime_error(text), status(status_) {}
    unsigned status;
};

class DaemonClient {
public:
    explicit DaemonClient(std::string socket) : socket_(std::move(socket)) {}

    // The answer's JSON; null if it has no body. All throw DaemonSays for a status of 400 and above.
    boost::json::value get(const std::string& target) const { return ask("GET", target); }
    boost::json::value post(const std::string& target, const boost::json::value& body = nullptr) const {
        return ask("POST", target, body);
    }
    void remove(const std::string& target) const { ask("DELETE", target); }

    // Calls `take` with each piece of the answer's body as it comes, until its end or until `take` says false.
    void stream(const std::string& target, const std::function<bool(std::string_view)>& take) const;

    [[nodiscard]] const std::string& socket() const { return socket_; }

private:
    boost::json::value ask(const std::string& method, const std::string& target,
                           const boost::json::value& body = nullptr) const;
    std::string socket_;
};

// %XX for what cannot stand in one part of a path or query.
[[nodiscard]] std::string percent_encoded(std::string_view text);
// "/containers/NAME/json"; the name is encoded.
[[nodiscard]] std::string container_path(const std::string& name, const std::string& rest = {});
[[nodiscard]] std::string network_path(const std::string& name, const std::string& rest = {});
// "?a=b&c=d" of those whose value is not empty, values encoded.
[[nodiscard]] std::string query(const std::vector<std::pair<std::string, std::string>>& values);
// `--filter` as the API wants it: {"driver":{"bridge":true}}; empty for none.
[[nodiscard]] std::string filters_text(const std::vector<std::string>& filters);

} // namespace pontoon
