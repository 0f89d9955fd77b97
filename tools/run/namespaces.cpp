#include "tools/run/namespaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "tools/run/pump.hpp"

namespace pontoon {

namespace {

[[noreturn]] void failed(const char* what) {
    throw std::runtime_error(fmt::format("{}: {}{}", what, std::strerror(errno),
                                         errno == EPERM ? " (it takes root to make namespaces)" : ""));
}

UniqueFd process_of(pid_t pid) {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) {
        failed("pidfd_open");
    }
    return fd;
}

int guarded(const std::function<int()>& body) {
    try {
        return body();
    } catch (...) {
        return 125;
    }
}

} // namespace

// Who is told of the new process looks at its namespaces, so it is in them before anybody knows it.
pid_t new_process(const NamespacePlan& plan, const std::function<int()>& body) {
    const auto joined = plan.joined > 0 ? process_of(plan.joined) : UniqueFd();
    auto there = open_channel();
    const long flags = CLONE_NEWNS | CLONE_NEWPID | (plan.own_network ? CLONE_NEWNET : 0) |
                       (plan.own_hostname ? CLONE_NEWUTS : 0) | SIGCHLD;
    const auto pid = static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
    if (pid < 0) {
        failed("clone");
    }
    if (pid == 0) {
        if (joined && ::setns(joined.get(), CLONE_NEWNET | CLONE_NEWUTS) != 0) {
            ::_exit(125);
        }
        send_text(there, "in");
        ::_exit(guarded(body));
    }
    there.out = UniqueFd();
    if (receive_text(there).empty()) {
        ::waitpid(pid, nullptr, 0);
        throw std::runtime_error(fmt::format("cannot enter the namespaces of process {}", plan.joined));
    }
    return pid;
}

pid_t process_in(pid_t target, const std::function<int()>& body) {
    const auto process = process_of(target);
    // A process does not change its own PID namespace, only its children's: so one stays between, as the parent.
    const pid_t between = ::fork();
    if (between < 0) {
        failed("fork");
    }
    if (between > 0) {
        return between;
    }
    if (::setns(process.get(), CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNS) < 0) {
        ::_exit(125);
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(guarded(body));
    }
    if (child < 0) {
        ::_exit(125);
    }
    ::close_range(3, ~0U, 0); // ends of pipes, which others wait for to be closed
    ::_exit(relay(child));
}

Channel open_channel() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) {
        failed("pipe");
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void send_text(Channel& channel, const std::string& text) {
    write_all(channel.out.get(), text);
    channel.out = UniqueFd();
}

std::string receive_text(Channel& channel) {
    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
        const auto size = ::read(channel.in.get(), buffer.data(), buffer.size());
        if (size > 0) {
            text.append(buffer.data(), std::size_t(size));
        } else if (size == 0 || errno != EINTR) {
            return text;
        }
    }
}

} // namespace pontoon
