// What `bench l2` sends: frames made by rule or taken from a capture, by the port they enter.
#pragma once

#include <filesystem>

#include "tools/frame_list.hpp"

namespace pontoon {

// Two ports that send to each other.
struct TwoWayFrames {
    FrameList left;
    FrameList right;
};

// `pairs` stations on either port, each talking to its counterpart over UDP, in an order that no prefetcher guesses.
// `size` is that on the wire, 64 to 1518 bytes, of which the last four (the FCS) are never in memory.
[[nodiscard]] TwoWayFrames make_l2_frames(unsigned pairs, unsigned size);

// A capture's frames: a station seen first as a sender is on the left, one seen first as a receiver on the right.
// Throws std::runtime_error.
[[nodiscard]] TwoWayFrames read_two_way(const std::filesystem::path& capture);

// Writes `folder`/left.pcap and right.pcap, the frames one microsecond apart. Throws std::runtime_error.
void write_captures(const TwoWayFrames& frames, const std::filesystem::path& folder);

} // namespace pontoon
