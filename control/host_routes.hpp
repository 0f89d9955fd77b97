// Which networks the host itself reaches: what an automatic choice of a subnet leaves alone (docker-behaviours I-004).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/wire/address.hpp"

namespace pontoon {

class HostRoutes {
public:
    // `is_ours` says of an interface's name that its routes do not count. In the calling thread's namespace. Throws
    // std::runtime_error.
    explicit HostRoutes(std::function<bool(const std::string&)> is_ours);
    HostRoutes(const HostRoutes&) = delete;
    HostRoutes& operator=(const HostRoutes&) = delete;
    ~HostRoutes();

    // Prefixes of on-link routes, and nameservers of /etc/resolv.conf. Routes are listed again only when others than
    // ours have changed, so that thousands of networks do not cost thousands of listings.
    [[nodiscard]] std::vector<Prefix4> reserved();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// The IPv4 nameservers of a resolv.conf.
[[nodiscard]] std::vector<Ipv4> nameservers_of(const std::string& text);

} // namespace pontoon
