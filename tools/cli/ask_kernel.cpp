#include <linux/io_uring.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sstream>

#include "control/unique_fd.hpp"
#include "tools/cli/host_facts.hpp"

namespace pontoon {

namespace {

// The policies of `iptables -S`: "-P FORWARD DROP".
void read_policies(HostFacts& facts) {
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen("iptables -w 2 -S 2>/dev/null", "re"), ::pclose);
    std::array<char, 256> buffer{};
    while (output && std::fgets(buffer.data(), buffer.size(), output.get()) != nullptr) {
        std::istringstream words(buffer.data());
        std::string flag, chain, policy;
        words >> flag >> chain >> policy;
        if (flag == "-P" && policy == "DROP") {
            facts.dropping.insert(chain);
        }
    }
}

} // namespace

void ask_kernel(HostFacts& facts) {
    facts.af_xdp = static_cast<bool>(UniqueFd(::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0))) || errno == EPERM;
    io_uring_params params{};
    facts.io_uring = static_cast<bool>(UniqueFd(static_cast<int>(::syscall(SYS_io_uring_setup, 1, &params))));
    read_policies(facts);
}

pid_t process_behind(const std::string& socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() >= sizeof address.sun_path) {
        return 0;
    }
    std::memcpy(address.sun_path, socket.c_str(), socket.size() + 1);
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool there = fd && ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                       ::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return there ? peer.pid : 0;
}

} // namespace pontoon
