// The programs of ebpf/steer.bpf.c in the kernel, attached to nothing, run on frames (BPF_PROG_TEST_RUN).
#pragma once

#include <memory>

#include "control/steer_device.hpp"
#include "control/steer_maps.hpp"
#include "dataplane/config.hpp"
#include "tests/support/bytes.hpp"

struct steer_bpf;

namespace pontoon::test {

enum class Whose { kernel, ours, both };

class SteerPrograms {
public:
    explicit SteerPrograms(const Config& config);
    SteerPrograms(const SteerPrograms&) = delete;
    SteerPrograms& operator=(const SteerPrograms&) = delete;
    ~SteerPrograms();

    void follow(const Config& config) { maps_->follow(config); }
    // At least 14 bytes, less is no frame for the kernel; by_tc also wants a whole IP header behind the EtherType of
    // one, because BPF_PROG_TEST_RUN does (`by_tc_too`). Throws std::runtime_error.
    [[nodiscard]] static bool by_tc_too(const Bytes& frame);
    [[nodiscard]] Whose by_tc(const Bytes& frame);
    [[nodiscard]] Whose by_xdp(const Bytes& frame);
    // What steer_tap does with a frame that we write.
    [[nodiscard]] bool leaves(const Bytes& frame);
    [[nodiscard]] unsigned notes() const; // how many packets in pieces are remembered
    void age_notes();                     // makes all notes a minute older

private:
    [[nodiscard]] bool copied(); // a frame came to the TAP device since the last time

    BesideTap tap_;
    UniqueFd tap_fd_;
    steer_bpf* programs_;
    std::unique_ptr<SteerMaps> maps_;
};

} // namespace pontoon::test
