// The daemon's socket in the file system: mode 0660, of the group `pontoon` where there is one.
#pragma once

#include <filesystem>

#include "control/unique_fd.hpp"

namespace pontoon {

class UnixSocket {
public:
    // Replaces a file that a daemon left which is gone. Throws std::runtime_error that names the path: somebody
    // answers there, or it is no socket.
    explicit UnixSocket(std::filesystem::path path);
    UnixSocket(const UnixSocket&) = delete;
    UnixSocket& operator=(const UnixSocket&) = delete;
    ~UnixSocket(); // removes the file

    // The socket, listening.
    [[nodiscard]] UniqueFd take() { return std::move(fd_); }

private:
    void make_way() const;

    std::filesystem::path path_;
    UniqueFd fd_;
};

} // namespace pontoon
