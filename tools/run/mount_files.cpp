#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "control/unique_fd.hpp"
#include "tools/run/first_process.hpp"

namespace pontoon {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void failed(const std::string& what) {
    throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

void mount_or_throw(const char* source, const char* target, const char* type, unsigned long flags,
                    const char* data = nullptr) {
    if (::mount(source, target, type, flags, data) < 0) {
        failed(fmt::format("mount {}", target));
    }
}

// A file opened only to be mounted: it stays reachable when its directory is covered.
struct Own {
    UniqueFd fd;
    fs::path target;
};

Own own(const std::string& file, const char* target) {
    UniqueFd fd(::open(file.c_str(), O_PATH | O_CLOEXEC));
    if (!fd) {
        failed(file);
    }
    return {std::move(fd), target};
}

// A target that is missing, or a link to nowhere, cannot be mounted over.
bool all_there(const std::vector<Own>& files) {
    for (const auto& file : files) {
        if (!fs::exists(file.target)) {
            return false;
        }
    }
    return true;
}

// Covers /etc by an overlay whose changes go into memory, and gives each target a file of its own there. `scratch` is
// a directory to keep them under, whose contents the container does not see meanwhile.
void cover_etc(const std::vector<Own>& files, const fs::path& scratch) {
    mount_or_throw("tmpfs", scratch.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m");
    const auto upper = scratch / "upper";
    const auto work = scratch / "work";
    fs::create_directory(upper);
    fs::create_directory(work);
    const auto data = fmt::format("lowerdir=/etc,upperdir={},workdir={}", upper.string(), work.string());
    mount_or_throw("overlay", "/etc", "overlay", 0, data.c_str());
    ::umount2(scratch.c_str(), MNT_DETACH);
    for (const auto& file : files) {
        if (!fs::exists(file.target)) {
            fs::remove(file.target); // a link to nowhere
            if (!std::ofstream(file.target).is_open()) {
                failed(file.target);
            }
        }
    }
}

} // namespace

void mount_files(const ContainerFilesPlan& plan) {
    mount_or_throw("none", "/", nullptr, MS_REC | MS_PRIVATE);
    std::vector<Own> files;
    for (const auto& [file, target] : {std::pair{plan.hosts, "/etc/hosts"},
                                       {plan.hostname_file, "/etc/hostname"},
                                       {plan.resolv_conf, "/etc/resolv.conf"}}) {
        if (!file.empty()) {
            files.push_back(own(file, target));
        }
    }
    if (!all_there(files)) {
        cover_etc(files, fs::path(plan.hosts).parent_path());
    }
    for (const auto& file : files) {
        // mount(2) follows links, so that what /etc/resolv.conf points to is covered.
        mount_or_throw(fmt::format("/proc/self/fd/{}", file.fd.get()).c_str(), file.target.c_str(), nullptr, MS_BIND);
    }
    constexpr auto kHarmless = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (plan.own_network) {
        mount_or_throw("sysfs", "/sys", "sysfs", kHarmless | MS_RDONLY);
    }
    mount_or_throw("proc", "/proc", "proc", kHarmless);
    if (!plan.hostname.empty() && ::sethostname(plan.hostname.data(), plan.hostname.size()) < 0) {
        failed("sethostname");
    }
}

} // namespace pontoon
