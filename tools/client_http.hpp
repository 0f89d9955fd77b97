// One request to the daemon.
#pragma once

#include <string>

namespace pontoon {

struct Reply {
    unsigned status = 0;
    std::string body;
};

// Throws std::runtime_error: "cannot reach the daemon at PATH: reason".
[[nodiscard]] Reply ask_daemon(const std::string& socket, const std::string& method, const std::string& target,
                               const std::string& body = {});

} // namespace pontoon
