#include "tools/bench_frames.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>

#include "dataplane/port/capture_file.hpp"
#include "dataplane/wire/checksum.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

namespace {

constexpr unsigned kFcs = 4;

struct Station {
    Mac mac;
    Ipv4 ip;
};

// Stations as Docker would number them: MACs follow the addresses.
Station station(unsigned side, unsigned number) {
    const Ipv4 ip{be32{0x0a000000U | side << 20 | (number + 2)}};
    return {mac_of(ip), ip};
}

Frame udp_frame(const Station& from, const Station& to, unsigned size) {
    Frame frame(size - kFcs);
    store(frame.data(), EthernetHeader{to.mac, from.mac, be16{ether_type::kIpv4}});
    Ipv4Header ip{};
    ip.version_and_length = 0x45;
    const auto ip_length = static_cast<std::uint16_t>(frame.size() - sizeof(EthernetHeader));
    ip.total_length = be16{ip_length};
    ip.ttl = 64;
    ip.protocol = protocol::kUdp;
    ip.source = from.ip;
    ip.destination = to.ip;
    std::uint8_t* const l3 = frame.data() + sizeof(EthernetHeader);
    store(l3, ip);
    ip.checksum = checksum_of(sum_bytes(l3, sizeof ip));
    store(l3, ip);

    const auto udp_length = static_cast<std::uint16_t>(ip_length - sizeof ip);
    UdpHeader udp{be16{4000}, be16{5000}, be16{udp_length}, be16{}};
    std::uint8_t* const l4 = l3 + sizeof ip;
    store(l4, udp);
    const Sum pseudo = sum_pseudo_header(from.ip, to.ip, protocol::kUdp, udp_length);
    udp.checksum = checksum_of(sum_bytes(l4, udp_length, pseudo));
    store(l4, udp);
    return frame;
}

} // namespace

TwoWayFrames make_l2_frames(unsigned pairs, unsigned size) {
    std::vector<unsigned> order(pairs);
    std::ranges::generate(order, [next = 0U]() mutable { return next++; });
    std::mt19937 random(1);
    std::ranges::shuffle(order, random);
    TwoWayFrames frames;
    for (const unsigned i : order) {
        frames.left.push_back(udp_frame(station(1, i), station(2, i), size));
    }
    std::ranges::shuffle(order, random);
    for (const unsigned i : order) {
        frames.right.push_back(udp_frame(station(2, i), station(1, i), size));
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
        (left ? frames.left : frames.right).emplace_back(frame->bytes.begin(), frame->bytes.end());
    }
    if (frames.left.empty()) {
        throw std::runtime_error(capture.string() + ": no frames in it");
    }
    return frames;
}

void write_capture(const std::vector<Frame>& frames, const std::filesystem::path& file) {
    CaptureWriter writer(file);
    std::uint64_t time = 0;
    for (const auto& frame : frames) {
        writer.write({time += 1000, frame, static_cast<std::uint32_t>(frame.size())});
    }
    writer.finish();
    writer.commit();
}

} // namespace pontoon
