// A container's attachment as the control plane keeps it: the endpoint, what it publishes, and where its interface is.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/netns.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

enum class AttachKind {
    tap,  // a TAP device
    veth, // a veth pair with an AF_XDP socket on its other end
};

// A network namespace by the name it was told by, and which one that was then.
struct Place {
    std::string path; // empty: the namespace of `pid`
    pid_t pid = 0;
    NetNs::Id id;

    // The file that leads to it.
    [[nodiscard]] std::string file() const { return path.empty() ? "/proc/" + std::to_string(pid) + "/ns/net" : path; }
    friend bool operator==(const Place&, const Place&) = default;
};

// How often its address is told to the network when it comes, and how long between (docker-behaviours M-005).
struct Announcements {
    unsigned count = 3;
    std::chrono::milliseconds interval{1000};

    friend bool operator==(const Announcements&, const Announcements&) = default;
};

struct Attachment {
    Endpoint endpoint;
    std::vector<Publish> publishes;
    Place place;
    std::string interface;
    AttachKind kind = AttachKind::tap;
    // What the store has no row for: it follows from the container's record.
    std::optional<Ipv4> default_gateway{};                      // a default route by it, if there is none yet
    std::vector<std::pair<std::string, std::string>> sysctls{}; // path below /proc/sys and value
    Announcements announcements{};

    friend bool operator==(const Attachment&, const Attachment&) = default;
};

} // namespace pontoon
