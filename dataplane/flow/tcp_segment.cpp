#include "dataplane/flow/tcp_segment.hpp"

#include <algorithm>
#include <cstddef>

namespace pontoon::tcp {

namespace {

constexpr std::uint8_t kEndOfOptions = 0;
constexpr std::uint8_t kNoOperation = 1;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kSackPermittedOption = 4;
constexpr std::uint8_t kSack = 5;
constexpr std::size_t kHead = 2;      // kind and length
constexpr std::size_t kSackBlock = 8; // left edge, right edge

void read_sack(TcpSegment& segment, const std::uint8_t* blocks, std::size_t length) {
    for (std::size_t at = 0; at < length; at += kSackBlock) {
        const std::uint32_t right = load<be32>(blocks + at + 4).host();
        if (is_after(right, segment.sack)) {
            segment.sack = right;
        }
    }
}

} // namespace

void read_options(TcpSegment& segment, const std::uint8_t* options, const std::uint8_t* end) {
    bool sack_read = false; // only the first SACK option counts
    while (options < end && *options != kEndOfOptions) {
        if (*options == kNoOperation) {
            ++options;
            continue;
        }
        const auto left = static_cast<std::size_t>(end - options);
        if (left < kHead || options[1] < kHead || options[1] > left) {
            return;
        }
        const std::size_t length = options[1];
        if (*options == kWindowScale && length == 3) {
            segment.scales = true;
            segment.scale = std::min(options[2], kMaxScale);
        } else if (*options == kSackPermittedOption && length == kHead) {
            segment.sack_permitted = true;
        } else if (*options == kSack && length > kHead && (length - kHead) % kSackBlock == 0 && !sack_read) {
            read_sack(segment, options + kHead, length - kHead);
            sack_read = true;
        }
        options += length;
    }
}

} // namespace pontoon::tcp
