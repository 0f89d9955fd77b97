#include "control/process.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>

namespace pontoon {

std::uint64_t process_start(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto name_end = text.rfind(')'); // the command's name may have spaces and brackets
    if (name_end == std::string::npos) {
        return 0;
    }
    std::istringstream fields(text.substr(name_end + 1));
    char state = 0;
    fields >> state;
    if (state == 'Z' || state == 'X' || state == 'x') {
        return 0;
    }
    std::string skipped;
    for (int field = 4; field < 22; ++field) {
        fields >> skipped;
    }
    std::uint64_t start = 0;
    fields >> start;
    return fields ? start : 0;
}

UniqueFd open_process(pid_t pid, std::uint64_t start) {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) {
        if (errno == ESRCH) {
            return {};
        }
        throw std::runtime_error("cannot watch process " + std::to_string(pid) + ": " + std::strerror(errno));
    }
    if (process_start(pid) != start) { // the descriptor is of a later one, or of one that has ended
        return {};
    }
    return fd;
}

void signal_process(pid_t pid, std::uint64_t start, int number) {
    const UniqueFd fd = open_process(pid, start);
    if (fd && ::syscall(SYS_pidfd_send_signal, fd.get(), number, nullptr, 0) != 0 && errno != ESRCH) {
        throw std::runtime_error("cannot send signal " + std::to_string(number) + " to process " + std::to_string(pid) +
                                 ": " + std::strerror(errno));
    }
}

} // namespace pontoon
