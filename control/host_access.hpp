// Processes of the host itself and published ports: connections to 127.0.0.1 and to the host's own addresses are led to
// the container (docker-behaviours P-062, P-063), a port that a process of the host holds cannot be published (N-171),
// and one that is published cannot be bound by a process of the host.
#pragma once

#include <memory>
#include <string>

#include "dataplane/config.hpp"

namespace pontoon {

class HostAccess {
public:
    // `cgroup` is a directory of a cgroup2 file system: programs on it apply to all processes below. Empty: there is
    // none, and a listening proxy stands in. Throws std::runtime_error that says what the kernel refused.
    explicit HostAccess(const std::string& cgroup);
    HostAccess(const HostAccess&) = delete;
    HostAccess& operator=(const HostAccess&) = delete;
    ~HostAccess(); // takes everything away

    // Why this cannot be published, in Docker's words, or empty: some process of the host holds the port. In the
    // calling thread's namespace.
    [[nodiscard]] std::string held(const Publish& publish) const;

    // Follows the published ports, endpoints and addresses of `config`. Throws std::runtime_error.
    void follow(const Config& config);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace pontoon
