#include "control/netns.hpp"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <stdexcept>

namespace pontoon {
namespace {

// O_NONBLOCK: what is named may be a pipe that nobody writes to.
UniqueFd opened(const std::string& path, const std::string& shown) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        throw std::runtime_error(shown + ": cannot open the network namespace: " + std::strerror(errno));
    }
    if (::ioctl(fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET) {
        throw std::runtime_error(shown + ": is no network namespace");
    }
    return fd;
}

} // namespace

NetNs NetNs::open(const std::string& path) {
    return NetNs(opened(path, path));
}

NetNs NetNs::of_process(pid_t pid) {
    const auto number = std::to_string(pid);
    return NetNs(opened("/proc/" + number + "/ns/net", "process " + number));
}

NetNs NetNs::current() {
    return open("/proc/thread-self/ns/net");
}

NetNs::Id NetNs::id() const {
    struct stat found{};
    if (::fstat(fd_.get(), &found) != 0) {
        throw std::runtime_error(std::string("cannot look at a network namespace: ") + std::strerror(errno));
    }
    return {found.st_dev, found.st_ino};
}

NetNs::Visit::Visit(const NetNs& to) : home_(current().fd_) {
    if (::setns(to.fd(), CLONE_NEWNET) != 0) {
        throw std::runtime_error(std::string("cannot enter a network namespace: ") + std::strerror(errno));
    }
}

// A thread that is lost in a container's namespace would do all that follows to the wrong host.
NetNs::Visit::~Visit() {
    if (::setns(home_.get(), CLONE_NEWNET) != 0) {
        std::terminate();
    }
}

} // namespace pontoon
