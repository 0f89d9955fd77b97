// A whole switch in memory, under the caller's clock: what replay, the tests and the fuzzers drive.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dataplane/engine.hpp"
#include "dataplane/port/pcap.hpp"
#include "dataplane/port/pool.hpp"

namespace pontoon {

class MemorySwitch {
public:
    using Sent = std::function<void(const std::string& port, std::span<const std::uint8_t> frame)>;

    // The EAL runs.
    explicit MemorySwitch(const Engine::Options& options);

    // Gives a port to each endpoint of `config`, its uplink and the host in its networks that has none yet.
    void attach(const Config& config);
    void publish(const Config& config) { engine_.publish(config); }

    // A frame that `port` is to receive in the next `run`. `length` is what it had on the wire, more than it has now if
    // a snap length cut it (Pool::restore). Throws std::runtime_error if there is no buffer left.
    void feed(const std::string& port, std::span<const std::uint8_t> frame, std::size_t length);

    // Turns the workers until none has anything to do, then tells what was sent, port by port.
    void run(Nanoseconds now, const Sent& sent);

    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] const Engine& engine() const { return engine_; }
    // Packet buffers in use: none between two runs, else something leaks.
    [[nodiscard]] unsigned buffers_in_use() const;

private:
    Pool pool_;
    std::map<std::string, PcapPort*> ports_;
    Engine engine_;
    std::vector<std::uint8_t> scratch_;
};

} // namespace pontoon
