#include "tools/run/pump.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "tools/run/terminal.hpp"

namespace pontoon {

namespace {

constexpr std::array kForwarded{SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGTSTP, SIGALRM};

constexpr unsigned kMaxReads = 64; // more than a pipe holds

} // namespace

UniqueFd catch_signals() {
    sigset_t all;
    ::sigemptyset(&all);
    for (const int number : kForwarded) {
        ::sigaddset(&all, number);
    }
    ::sigaddset(&all, SIGCHLD);
    ::sigaddset(&all, SIGWINCH);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return UniqueFd(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
}

int relay(pid_t child) {
    Pump pump;
    pump.child = child;
    pump.signals = catch_signals();
    return pump.run();
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(std::size_t(written));
        } else if (errno == EAGAIN) {
            pollfd one{fd, POLLOUT, 0};
            ::poll(&one, 1, -1);
        } else if (errno != EINTR) {
            return;
        }
    }
}

int Pump::run() {
    while (!ended_) {
        std::array<pollfd, 4> wait{pollfd{signals.get(), POLLIN, 0},
                                   {child_out.get(), POLLIN, 0},
                                   {child_error.get(), POLLIN, 0},
                                   {child_in ? STDIN_FILENO : -1, POLLIN, 0}};
        if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) {
            break;
        }
        if (wait[1].revents != 0) {
            read_output(child_out, false);
        }
        if (wait[2].revents != 0) {
            read_output(child_error, true);
        }
        if (wait[3].revents != 0) {
            read_input();
        }
        while (wait[0].revents != 0 && has_signal()) {
        }
    }
    drain();
    return status_;
}

// Takes one signal.
bool Pump::has_signal() {
    signalfd_siginfo info{};
    if (::read(signals.get(), &info, sizeof info) != sizeof info) {
        return false;
    }
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGCHLD) {
        int status = 0;
        for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            if (pid == child) {
                ended_ = true;
                status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            }
        }
    } else if (number == SIGWINCH) {
        if (tty) {
            copy_size(child_out.get());
        }
    } else {
        // A first process ignores what it has no handler for; who insists gets their way.
        interrupts_ += number == SIGINT || number == SIGTERM ? 1 : 0;
        ::kill(child, interrupts_ >= 3 ? SIGKILL : number);
    }
    return true;
}

void Pump::read_output(UniqueFd& from, bool is_error) {
    std::array<char, 65536> buffer;
    const auto size = ::read(from.get(), buffer.data(), buffer.size());
    if (size > 0) {
        output(is_error, {buffer.data(), std::size_t(size)});
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        from = UniqueFd(); // a terminal says EIO when nobody has it open any more
    }
}

void Pump::read_input() {
    std::array<char, 16384> buffer;
    const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size > 0) {
        write_all(child_in.get(), {buffer.data(), std::size_t(size)});
    } else if (tty && size == 0) {
        write_all(child_in.get(), "\x04");
        child_in = UniqueFd();
    } else if (size == 0 || errno != EINTR) {
        child_in = UniqueFd();
    }
}

// What was written before the end is there to read; a process that was left behind may hold the pipe open for ever.
void Pump::drain() {
    for (auto* from : {&child_out, &child_error}) {
        if (*from) {
            ::fcntl(from->get(), F_SETFL, O_NONBLOCK);
        }
        pollfd one{from->get(), POLLIN, 0};
        for (unsigned reads = 0; reads < kMaxReads && *from && ::poll(&one, 1, 0) > 0; ++reads) {
            read_output(*from, from == &child_error);
        }
    }
}

} // namespace pontoon
