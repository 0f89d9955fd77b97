#include "control/dns/host_servers.hpp"

#include <utility>

#include "control/files/resolv_conf.hpp"

namespace pontoon {
namespace {

constexpr std::chrono::seconds kLook{1};

} // namespace

HostServers::HostServers(Settings settings) : settings_(std::move(settings)) {}

const Texts& HostServers::servers() {
    refresh();
    return servers_;
}

bool HostServers::has_ndots() {
    refresh();
    return ndots_;
}

void HostServers::refresh() {
    const auto now = std::chrono::steady_clock::now();
    if (looked_ != std::chrono::steady_clock::time_point{} && now - looked_ < kLook) {
        return;
    }
    struct stat found{};
    ::stat(settings_.file.c_str(), &found); // one that is not there is all zeros, and has no servers
    const bool same =
        found.st_ino == inode_ && found.st_mtim.tv_sec == changed_.tv_sec && found.st_mtim.tv_nsec == changed_.tv_nsec;
    if (looked_ == std::chrono::steady_clock::time_point{} || !same) {
        const auto conf = host_resolv_conf(settings_.file);
        const DnsOverrides overrides{.servers = settings_.servers, .search = {}, .options = settings_.options};
        servers_ = external_servers(conf, overrides);
        ndots_ = pontoon::has_ndots(settings_.options.empty() ? conf.options : settings_.options);
        inode_ = found.st_ino;
        changed_ = found.st_mtim;
    }
    looked_ = now;
}

} // namespace pontoon
