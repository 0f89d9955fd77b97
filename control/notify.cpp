#include "control/notify.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "control/unique_fd.hpp"

namespace pontoon {

void notify(std::string_view state) {
    const char* const path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || *path == '\0') {
        return;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t length = std::strlen(path);
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (length < sizeof address.sun_path) {
        std::memcpy(address.sun_path, path, length);
        if (path[0] == '@') { // of no file system
            address.sun_path[0] = '\0';
        }
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
        if (::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                     reinterpret_cast<const sockaddr*>(&address), size) >= 0) {
            return;
        }
    }
    spdlog::warn("NOTIFY_SOCKET {}: cannot be told {}", path, state);
}

} // namespace pontoon
