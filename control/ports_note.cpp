#include "control/ports_note.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "control/reserved_ports.hpp"
#include "control/unique_fd.hpp"

namespace pontoon {

namespace fs = std::filesystem;

std::optional<PortBits> PortsNote::read() const {
    std::ifstream stream(file_);
    std::string line;
    if (file_.empty() || !std::getline(stream, line)) {
        return std::nullopt;
    }
    try {
        return parse_reserved_ports(line);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

void PortsNote::write(const PortBits& ports) const noexcept {
    if (file_.empty()) {
        return;
    }
    try {
        if (ports.none()) {
            fs::remove(file_);
            return;
        }
        fs::create_directories(fs::path(file_).parent_path());
        const std::string partial = file_ + ".new";
        std::ofstream(partial) << reserved_ports_text(ports);
        fs::rename(partial, file_);
    } catch (const std::exception&) { // it stays as it was
    }
}

std::string ports_note_file(const std::string& interface) {
    constexpr int cookie_option = 71; // SO_NETNS_COOKIE, which Debian 12's asm-generic has, and <sys/socket.h> may not
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    if (!socket || ::getsockopt(socket.get(), SOL_SOCKET, cookie_option, &cookie, &size) != 0) {
        return {};
    }
    return "/run/pontoon/reserved-ports." + interface + "." + std::to_string(cookie);
}

} // namespace pontoon
