#include "tools/nat_frames.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace pontoon {

namespace {

Frame make_frame(const Ends& ends, Transport protocol, const TcpFields& fields, unsigned size) {
    return protocol == Transport::tcp ? tcp_frame(ends, fields, size) : udp_frame(ends, size);
}

} // namespace

FrameList frames_in_order(std::span<const Ends> ends, Transport protocol, const TcpFields& fields) {
    FrameList frames;
    for (const auto& one : ends) {
        frames.add(make_frame(one, protocol, fields, 64));
    }
    return frames;
}

FrameList shuffled_frames(std::span<const Ends> ends, Transport protocol, const TcpFields& fields,
                          std::span<const unsigned> sizes, std::uint64_t seed) {
    const std::size_t rounds = (ends.size() + sizes.size() - 1) / sizes.size();
    std::vector<std::uint32_t> order(rounds * sizes.size());
    std::iota(order.begin(), order.end(), 0U);
    std::mt19937_64 random(seed);
    std::ranges::shuffle(order, random);
    FrameList frames;
    for (const auto i : order) {
        frames.add(make_frame(ends[i % ends.size()], protocol, fields, sizes[i % sizes.size()]));
    }
    return frames;
}

} // namespace pontoon
