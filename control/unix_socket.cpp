#include "control/unix_socket.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace pontoon {

namespace {

constexpr mode_t kMode = 0660;
constexpr const char* kRunDirectory = "/run/pontoon"; // gone with each boot; others have to be there
constexpr int kBacklog = 1024;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
    throw std::runtime_error(fmt::format("the socket {}: {}", path.string(), reason));
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path) {
        fail(path, "the path is too long");
    }
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

UniqueFd open_socket() {
    return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

} // namespace

UnixSocket::UnixSocket(std::filesystem::path path) : path_(std::move(path)), fd_(open_socket()) {
    const auto address = address_of(path_);
    if (path_.parent_path() == kRunDirectory) {
        std::error_code ignored; // then bind says why
        std::filesystem::create_directory(kRunDirectory, ignored);
    }
    make_way();
    const mode_t before = ::umask(0777 & ~kMode); // it must not be open to others even for a moment
    const int bound = ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int reason = errno;
    ::umask(before);
    if (bound != 0) {
        fail(path_, std::strerror(reason));
    }
    const auto* group = ::getgrnam("pontoon");
    const bool given = group == nullptr || ::chown(path_.c_str(), static_cast<uid_t>(-1), group->gr_gid) == 0;
    if (!given || ::listen(fd_.get(), kBacklog) != 0) {
        const std::string why = std::strerror(errno);
        ::unlink(path_.c_str());
        fail(path_, why);
    }
}

void UnixSocket::make_way() const {
    struct stat found{};
    if (::lstat(path_.c_str(), &found) != 0) {
        return;
    }
    if (!S_ISSOCK(found.st_mode)) {
        fail(path_, "there is something else of that name");
    }
    const auto address = address_of(path_);
    const UniqueFd probe = open_socket();
    // EAGAIN: somebody listens but is busy.
    if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN) {
        fail(path_, "somebody answers there already");
    }
    ::unlink(path_.c_str());
}

UnixSocket::~UnixSocket() {
    ::unlink(path_.c_str());
}

} // namespace pontoon
