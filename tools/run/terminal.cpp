#include "tools/run/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace pontoon {

Pty open_pty() {
    Pty pty;
    pty.master = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    const bool ready = pty.master && ::grantpt(pty.master.get()) == 0 && ::unlockpt(pty.master.get()) == 0;
    // By the master, so that it works in whatever mount namespace we are.
    pty.slave = ready ? UniqueFd(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) : UniqueFd();
    if (!pty.slave) {
        throw std::runtime_error(fmt::format("cannot open a pseudo-terminal: {}", std::strerror(errno)));
    }
    return pty;
}

RawTerminal::RawTerminal() {
    termios now{};
    if (::tcgetattr(STDIN_FILENO, &now) == 0) {
        before_ = now;
        ::cfmakeraw(&now);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
    }
}

RawTerminal::~RawTerminal() {
    if (before_) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
    }
}

void copy_size(int master) {
    winsize size{};
    if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        ::ioctl(master, TIOCSWINSZ, &size);
    }
}

} // namespace pontoon
