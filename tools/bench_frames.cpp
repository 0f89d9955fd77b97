#include "tools/bench_frames.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>

#include "dataplane/port/capture_file.hpp"
#include "dataplane/wire/headers.hpp"
#include "tools/transport_frames.hpp"

namespace pontoon {

namespace {

// From station `number` of `side` to its counterpart. Stations are numbered as Docker would: MACs follow the addresses.
Ends station_ends(unsigned side, unsigned number) {
    const Ipv4 from{be32{0x0a000000U | side << 20 | (number + 2)}};
    const Ipv4 to{be32{0x0a000000U | (3 - side) << 20 | (number + 2)}};
    return {mac_of(from), mac_of(to), from, to, 4000, 5000};
}

void write_capture(const FrameList& frames, const std::filesystem::path& file) {
    CaptureWriter writer(file);
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        writer.write({time += 1000, frames[i], static_cast<std::uint32_t>(frames[i].size())});
    }
    writer.finish();
    writer.commit();
}

} // namespace

TwoWayFrames make_l2_frames(unsigned pairs, unsigned size) {
    std::vector<unsigned> order(pairs);
    std::ranges::generate(order, [next = 0U]() mutable { return next++; });
    std::mt19937 random(1);
    std::ranges::shuffle(order, random);
    TwoWayFrames frames;
    for (const unsigned i : order) {
        frames.left.add(udp_frame(station_ends(1, i), size));
    }
    std::ranges::shuffle(order, random);
    for (const unsigned i : order) {
        frames.right.add(udp_frame(station_ends(2, i), size));
    }
    return frames;
}

TwoWayFrames read_two_way(const std::filesystem::path& capture) {
    CaptureReader reader(capture);
    std::map<Mac, bool> is_left;
    TwoWayFrames frames;
    while (const auto frame = reader.next()) {
        if (frame->bytes.size() < sizeof(EthernetHeader)) {
            continue;
        }
        const auto ethernet = load<EthernetHeader>(frame->bytes.data());
        const bool left = is_left.try_emplace(ethernet.source, true).first->second;
        if (!ethernet.destination.is_group()) {
            is_left.try_emplace(ethernet.destination, !left);
        }
        (left ? frames.left : frames.right).add(frame->bytes);
    }
    if (frames.left.empty()) {
        throw std::runtime_error(capture.string() + ": no frames in it");
    }
    return frames;
}

void write_captures(const TwoWayFrames& frames, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    write_capture(frames.left, folder / "left.pcap");
    write_capture(frames.right, folder / "right.pcap");
}

} // namespace pontoon
