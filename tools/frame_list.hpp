// Frames in memory, for benchmarks: millions of them, one behind the other, each from a cache line on.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pontoon {

using Frame = std::vector<std::uint8_t>;

class FrameList {
public:
    static constexpr std::size_t kLongest = 2048; // what one packet buffer holds

    // Throws std::runtime_error if `frame` is longer than kLongest.
    void add(std::span<const std::uint8_t> frame) {
        if (frame.size() > kLongest) {
            throw std::runtime_error("a frame of " + std::to_string(frame.size()) + " bytes does not fit a buffer");
        }
        const std::size_t first = lines_.size();
        lines_.resize(first + (frame.size() + sizeof(Line) - 1) / sizeof(Line));
        std::ranges::copy(frame, reinterpret_cast<std::uint8_t*>(lines_.data() + first));
        firsts_.push_back(static_cast<std::uint32_t>(first));
        lengths_.push_back(static_cast<std::uint16_t>(frame.size()));
    }

    [[nodiscard]] std::size_t size() const { return firsts_.size(); }
    [[nodiscard]] bool empty() const { return firsts_.empty(); }
    [[nodiscard]] std::span<const std::uint8_t> operator[](std::size_t i) const {
        return {reinterpret_cast<const std::uint8_t*>(lines_.data() + firsts_[i]), lengths_[i]};
    }

private:
    struct alignas(64) Line {
        std::array<std::uint8_t, 64> bytes;
    };

    std::vector<Line> lines_;
    std::vector<std::uint32_t> firsts_; // of each frame's lines
    std::vector<std::uint16_t> lengths_;
};

} // namespace pontoon
