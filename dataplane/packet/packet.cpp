#include "dataplane/packet/packet.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <span>

namespace pontoon {

namespace {

// Calls `visit(bytes)` for each contiguous run of `count` bytes from `offset` on.
template <typename Visit>
void for_each_run(const Packet& packet, std::size_t offset, std::size_t count, Visit visit) {
    if (packet.has(offset, count)) {
        visit(std::span(packet.data + offset, count));
        return;
    }
    for (const rte_mbuf* part = packet.mbuf; part != nullptr && count != 0; part = part->next) {
        const std::size_t here = rte_pktmbuf_data_len(part);
        if (offset >= here) {
            offset -= here;
            continue;
        }
        const std::size_t taken = std::min(count, here - offset);
        visit(std::span(rte_pktmbuf_mtod_offset(part, const std::uint8_t*, offset), taken));
        count -= taken;
        offset = 0;
    }
}

} // namespace

Sum sum_long_range(const Packet& packet, std::size_t offset, std::size_t count, Sum sum) {
    bool odd = false; // a run that starts at an odd place has its bytes swapped (RFC 1071 section 2 B)
    for_each_run(packet, offset, count, [&](std::span<const std::uint8_t> run) {
        const auto part = fold(sum_bytes(run.data(), run.size()));
        sum = plus(sum, odd ? __builtin_bswap16(part) : part);
        odd ^= (run.size() & 1) != 0;
    });
    return sum;
}

std::uint32_t crc32c_range(const Packet& packet, std::size_t offset, std::size_t count, std::size_t field) {
    static constexpr std::uint8_t zeros[4] = {};
    std::uint32_t crc = kCrc32cStart;
    const auto add = [&](std::span<const std::uint8_t> run) { crc = crc32c(run.data(), run.size(), crc); };
    for_each_run(packet, offset, field - offset, add);
    add(zeros);
    for_each_run(packet, field + 4, offset + count - field - 4, add);
    return ~crc;
}

} // namespace pontoon
