#include "control/state_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace pontoon {

namespace {

std::string holder(int fd) {
    std::array<char, 16> text{};
    const auto length = ::pread(fd, text.data(), text.size(), 0);
    const std::string pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return pid.substr(0, pid.find_first_not_of("0123456789"));
}

} // namespace

StateLock::StateLock(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        throw std::runtime_error(fmt::format("the state directory {}: {}", directory.string(), error.message()));
    }
    const auto file = directory / "lock";
    fd_ = UniqueFd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd_) {
        throw std::runtime_error(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw std::runtime_error(fmt::format("the state directory {} is in use by another pontoond (pid {})",
                                             directory.string(), holder(fd_.get())));
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd_.get(), 0) != 0 || ::pwrite(fd_.get(), pid.data(), pid.size(), 0) < 0) {
        throw std::runtime_error(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
}

} // namespace pontoon
