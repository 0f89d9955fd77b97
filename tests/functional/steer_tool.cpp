// The shared uplink without a switch behind it, for the functional tests. Follows a topology, and does with what is
// ours what its standard input asks for, a line a command; a line of answer each:
//
//   frames       since the last time: LENGTH:GSO_TYPE:GSO_SIZE of each frame at the TAP device, blank-separated
//   echo on|off  sends UDP frames back to where they came from, addresses and ports exchanged
//   send HEX     writes a frame to the TAP device
//   follow FILE  follows another topology
//
// Usage: steer_tool INTERFACE auto|xdp|tap TOPOLOGY. Says "ready MODE", ends with its input or SIGTERM.
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/steer.hpp"
#include "control/topology.hpp"
#include "dataplane/wire/headers.hpp"

namespace {

using namespace pontoon;

// struct virtio_net_hdr, whose header file C++ cannot read.
struct VirtioHeader {
    std::uint8_t flags;
    std::uint8_t gso_type;
    std::uint16_t header_length;
    std::uint16_t gso_size;
    std::uint16_t checksum_start;
    std::uint16_t checksum_offset;
};
constexpr std::size_t kHeader = sizeof(VirtioHeader);
static_assert(kHeader == 10);

Config topology(const std::string& file) {
    auto config = load_topology(file);
    if (!config) {
        throw std::runtime_error(config.error());
    }
    return *config;
}

// Back to its sender; a sum over addresses and ports does not mind that they change places.
bool turn_around(std::span<std::uint8_t> frame) {
    if (frame.size() < 42 || frame[23] != protocol::kUdp) {
        return false;
    }
    std::swap_ranges(frame.data(), frame.data() + 6, frame.data() + 6);
    std::swap_ranges(frame.data() + 26, frame.data() + 30, frame.data() + 30);
    std::swap_ranges(frame.data() + 34, frame.data() + 36, frame.data() + 36);
    return true;
}

class Tool {
public:
    Tool(const std::string& interface, UplinkMode mode, const std::string& file) : steer_(interface, mode) {
        tap_ = steer_.take_tap();
        steer_.follow(topology(file));
        fmt::print("ready {}\n", steer_.mode() == UplinkMode::tap ? "tap" : "xdp");
        std::fflush(stdout);
    }

    void run() {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigprocmask(SIG_BLOCK, &signals, nullptr);
        const UniqueFd terminate(::signalfd(-1, &signals, SFD_CLOEXEC));
        for (;;) {
            std::array<pollfd, 3> fds{{{0, POLLIN, 0}, {terminate.get(), POLLIN, 0}, {tap_.get(), POLLIN, 0}}};
            if (::poll(fds.data(), fds.size(), -1) < 0 || fds[1].revents != 0) {
                return;
            }
            if (fds[2].revents != 0) {
                receive();
            }
            if (fds[0].revents != 0 && !obey()) {
                return;
            }
        }
    }

private:
    void receive() {
        for (;;) {
            const auto size = ::read(tap_.get(), buffer_.data(), buffer_.size());
            if (size <= static_cast<ssize_t>(kHeader)) {
                return;
            }
            const auto header = load<VirtioHeader>(buffer_.data());
            const auto length = static_cast<std::size_t>(size) - kHeader;
            frames_ += fmt::format(" {}:{}:{}", length, header.gso_type, header.gso_size);
            if (echo_ && turn_around(std::span(buffer_.data() + kHeader, length)) &&
                ::write(tap_.get(), buffer_.data(), static_cast<std::size_t>(size)) != size) {
                throw std::runtime_error("the TAP device does not take a frame");
            }
        }
    }

    bool obey() {
        std::array<char, 8192> line{};
        if (std::fgets(line.data(), line.size(), stdin) == nullptr) {
            return false;
        }
        std::string command(line.data());
        command.pop_back();
        receive();
        if (command == "frames") {
            fmt::print("frames{}\n", frames_);
            frames_.clear();
        } else if (command.starts_with("send ")) {
            send(command.substr(5));
        } else if (command.starts_with("follow ")) {
            steer_.follow(topology(command.substr(7)));
            fmt::print("followed\n");
        } else {
            echo_ = command == "echo on";
            fmt::print("{}\n", command);
        }
        std::fflush(stdout);
        return true;
    }

    void send(const std::string& hex) {
        std::vector<std::uint8_t> frame(kHeader);
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
            frame.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
        }
        fmt::print("sent {}\n", ::write(tap_.get(), frame.data(), frame.size()) - static_cast<ssize_t>(kHeader));
    }

    Steer steer_;
    UniqueFd tap_;
    std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kHeader + 65549);
    std::string frames_;
    bool echo_ = false;
};

} // namespace

int main(int argc, char** argv) {
    try {
        const std::span args(argv, static_cast<std::size_t>(argc));
        if (args.size() != 4) {
            throw std::runtime_error("usage: steer_tool INTERFACE auto|xdp|tap TOPOLOGY");
        }
        const std::string mode = args[2];
        setvbuf(stdin, nullptr, _IONBF, 0); // what poll() does not see would wait
        Tool(args[1],
             mode == "xdp"   ? UplinkMode::xdp
             : mode == "tap" ? UplinkMode::tap
                             : UplinkMode::automatic,
             args[3])
            .run();
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "steer_tool: {}\n", error.what());
        return 2;
    }
}
