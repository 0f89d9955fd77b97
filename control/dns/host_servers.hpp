// The host's name servers (docker-behaviours L-050), followed as its resolv.conf changes.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <vector>

#include "control/model/records.hpp"

namespace pontoon {

class HostServers {
public:
    // `settings`: of the daemon, in place of the host's where not empty.
    struct Settings {
        std::filesystem::path file = "/etc/resolv.conf";
        Texts servers{};
        Texts options{};
    };

    explicit HostServers(Settings settings);

    // Addresses as they are written. Looks at the file at most once a second.
    [[nodiscard]] const Texts& servers();
    [[nodiscard]] bool has_ndots();

private:
    void refresh();

    Settings settings_;
    std::chrono::steady_clock::time_point looked_{};
    timespec changed_{};
    ino_t inode_ = 0;
    Texts servers_;
    bool ndots_ = false;
};

} // namespace pontoon
