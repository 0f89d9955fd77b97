// One run of `pontoon replay`: merged captures through a switch in memory, what it sends into capture files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/port/capture_file.hpp"
#include "tools/memory_switch.hpp"
#include "tools/merged_capture.hpp"
#include "tools/replay_options.hpp"
#include "tools/replay_report.hpp"

namespace pontoon {

// Counts packets and, on a terminal, says so once a second from the second second on.
class Progress {
public:
    Progress();
    void packet();
    void end() const;

private:
    bool terminal_;
    bool drawn_ = false;
    std::uint64_t packets_ = 0;
    Nanoseconds shown_;
};

class ReplaySession {
public:
    // `configs` are the topology and those of the reconfigurations, in their order.
    ReplaySession(const ReplayOptions& options, const std::vector<Config>& configs);

    // Plays everything. Returns a line for each capture that is cut or damaged. Throws std::runtime_error, also when
    // interrupted by a signal.
    std::vector<std::string> play();

    [[nodiscard]] ReplayReport report();
    // Frames that a snap length had cut.
    [[nodiscard]] std::uint64_t snapped() const { return snapped_; }
    // Completes all files, then gives them their names; without that nothing is left of them.
    void finish();
    void commit();

    // Makes `play` end with an error; for signal handlers.
    static void interrupt();

private:
    std::vector<std::string> play_once();
    void feed_burst(MergedCapture& capture, const std::string& port);
    void wait_until(Nanoseconds time);
    void reconfigure_until(Nanoseconds time);
    void run();

    const ReplayOptions& options_;
    const std::vector<Config>& configs_;
    MemorySwitch switch_;
    Trace trace_;
    Progress progress_;
    std::map<std::string, std::unique_ptr<CaptureWriter>> writers_;
    std::size_t configured_ = 1; // configs in force or past
    Nanoseconds now_ = 0;
    std::optional<Nanoseconds> start_;
    std::uint64_t snapped_ = 0;
};

} // namespace pontoon
