#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "tools/run/first_process.hpp"

namespace pontoon {

namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const std::string* variable(const std::vector<std::string>& environment, const std::string& name) {
    const auto found = std::ranges::find_if(environment, [&](const auto& one) { return one.starts_with(name + "="); });
    return found == environment.end() ? nullptr : &*found;
}

// Nothing, or why it cannot be executed.
std::string why_not(const std::string& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) < 0) {
        return std::strerror(errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return "is a directory";
    }
    return ::access(file.c_str(), X_OK) < 0 ? std::strerror(errno) : "";
}

std::string lower(std::string text) {
    if (!text.empty()) {
        text[0] = char(std::tolower(static_cast<unsigned char>(text[0])));
    }
    return text;
}

// The program's file as the container's PATH has it.
std::string find_program(const ProcessPlan& plan, ExecFailure& failure) {
    const auto& name = plan.command.front();
    if (name.contains('/')) {
        const auto why = why_not(name);
        const bool missing = !why.empty() && ::access(name.c_str(), F_OK) < 0;
        if (!why.empty()) {
            failure = {missing ? 127 : 126, missing ? fmt::format("exec: \"{0}\": stat {0}: {1}", name, lower(why))
                                                    : fmt::format("exec: \"{}\": {}", name, lower(why))};
        }
        return why.empty() ? name : std::string();
    }
    const auto* path = variable(plan.environment, "PATH");
    const auto directories = path == nullptr ? std::string(kPath) : path->substr(5);
    bool denied = false;
    for (std::size_t begin = 0; begin <= directories.size();) {
        const auto end = std::min(directories.find(':', begin), directories.size());
        const auto file = (end == begin ? "." : directories.substr(begin, end - begin)) + "/" + name;
        if (why_not(file).empty()) {
            return file;
        }
        denied = denied || ::access(file.c_str(), F_OK) == 0;
        begin = end + 1;
    }
    failure = denied ? ExecFailure{126, fmt::format("exec: \"{}\": permission denied", name)}
                     : ExecFailure{127, fmt::format("exec: \"{}\": executable file not found in $PATH", name)};
    return {};
}

void take_streams(const ProcessPlan& plan) {
    if (plan.tty) {
        ::ioctl(plan.in, TIOCSCTTY, 0);
    }
    ::dup2(plan.in, 0);
    ::dup2(plan.out, 1);
    ::dup2(plan.error, 2);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

void reset_signals() {
    for (int number = 1; number < NSIG; ++number) {
        ::signal(number, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (const auto& text : texts) {
        all.push_back(const_cast<char*>(text.c_str()));
    }
    all.push_back(nullptr);
    return all;
}

} // namespace

std::vector<std::string> process_environment(const std::string& hostname, bool tty,
                                             const std::vector<std::string>& own) {
    std::vector<std::string> all{fmt::format("PATH={}", kPath), "HOSTNAME=" + hostname};
    if (tty) {
        all.emplace_back("TERM=xterm");
    }
    for (const auto& one : own) {
        const auto name = one.substr(0, one.find('='));
        const auto before = std::ranges::find_if(all, [&](const auto& a) { return a.starts_with(name + "="); });
        if (before == all.end()) {
            all.push_back(one);
        } else {
            *before = one;
        }
    }
    if (variable(all, "HOME") == nullptr) {
        const auto* user = ::getpwuid(::getuid());
        all.push_back(fmt::format("HOME={}", user == nullptr ? "/" : user->pw_dir));
    }
    return all;
}

ExecFailure become(const ProcessPlan& plan) {
    ::setsid();
    ::umask(022);
    take_streams(plan);
    if (::chdir(plan.directory.c_str()) < 0) {
        const int error = errno;
        return {error == EACCES ? 126 : 127,
                fmt::format("chdir to cwd (\"{}\") failed: {}", plan.directory, lower(std::strerror(error)))};
    }
    ExecFailure failure;
    const auto program = find_program(plan, failure);
    if (program.empty()) {
        return failure;
    }
    reset_signals();
    ::execve(program.c_str(), pointers(plan.command).data(), pointers(plan.environment).data());
    return {126, fmt::format("exec {}: {}", program, lower(std::strerror(errno)))};
}

} // namespace pontoon
