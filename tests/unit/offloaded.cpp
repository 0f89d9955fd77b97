#include "tests/unit/offloaded.hpp"

#include <algorithm>

#include "dataplane/packet/offload.hpp"

namespace pontoon {

using namespace frames;

namespace {

unsigned word(const Bytes& bytes, std::size_t at) {
    return static_cast<unsigned>(bytes.at(at) << 8 | bytes.at(at + 1));
}

void zero(Bytes& bytes, std::size_t at, std::size_t count) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, std::uint8_t{0});
}

Bytes part(const Bytes& bytes, std::size_t begin, std::size_t end) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.begin() + static_cast<std::ptrdiff_t>(end)};
}

// Data of which no two places look alike.
Bytes content(std::size_t count) {
    Bytes bytes(count);
    std::uint32_t state = 1;
    for (auto& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(state >> 24);
    }
    return bytes;
}

} // namespace

Bytes Offloaded::frame() const {
    const Bytes ends = v6 ? kEnds6 : kEnds4;
    const Sums sums = owes ? Sums::partial : Sums::right;
    Bytes segment_bytes = protocol == 6    ? tcp(ends, content(data), Sums::none, Bytes(tcp_options, 1))
                          : protocol == 17 ? udp(ends, content(data), sums)
                                           : sctp(content(data), owes ? Sums::none : Sums::right);
    if (protocol == 6) {
        segment_bytes[13] = tcp_flags;
        const Bytes pseudo = join({ends, {0, 6}, bytes16(static_cast<unsigned>(segment_bytes.size()))});
        const unsigned sum = owes ? naive_sum(pseudo) : ~unsigned{naive_sum(join({pseudo, segment_bytes}))};
        segment_bytes = patched(segment_bytes, 16, bytes16(sum));
    }
    const Bytes hop_by_hop =
        ip_options == 0 ? Bytes{} : extension(protocol, ip_options, {1, std::uint8_t(ip_options - 4)});
    const unsigned type = v6 ? 0x86dd : 0x0800;
    Bytes packet =
        v6 ? ip6(ip_options == 0 ? protocol : std::uint8_t{0}, join({hop_by_hop, segment_bytes}))
           : ip4({.protocol = protocol, .fragment = dont_fragment ? 0x4000U : 0U, .options = Bytes(ip_options, 1)},
                 segment_bytes);
    for (unsigned i = 0; i < tags; ++i) {
        packet = join({tag(i, i == 0 ? type : 0x8100), packet});
    }
    return join({ethernet(tags == 0 ? type : 0x8100, packet), Bytes(padding)});
}

Buffer Offloaded::make(Pool& pool, std::mt19937* random) const {
    const Bytes bytes = frame();
    std::vector<std::size_t> parts;
    if (random != nullptr && (*random)() % 2 == 0) {
        parts.push_back(l4() + std::max<std::size_t>(transport(), 20) + (*random)() % 100); // what the parser wants
        for (unsigned more = (*random)() % 4; more != 0; --more) {
            parts.push_back((*random)() % 3000);
        }
    }
    Buffer buffer(parts.empty() ? pool.copy(bytes) : chained(pool, bytes, parts).release());
    REQUIRE(buffer != nullptr);
    if (owes) {
        const std::uint64_t cut = protocol == 6 ? RTE_MBUF_F_TX_TCP_SEG : RTE_MBUF_F_TX_UDP_SEG;
        claim(*buffer, checksum_flag_of(protocol) | (segment != 0 ? cut : 0), l3(), l4() - l3(), segment);
    }
    return buffer;
}

void claim(rte_mbuf& mbuf, std::uint64_t flags, std::size_t l2, std::size_t l3, std::size_t segment) {
    mbuf.ol_flags |= flags;
    mbuf.tx_offload = rte_mbuf_tx_offload(l2, l3, 0, segment, 0, 0, 0);
}

std::string Offloaded::text() const {
    return "IPv" + std::to_string(v6 ? 6 : 4) + " protocol " + std::to_string(protocol) + ", tags " +
           std::to_string(tags) + ", options " + std::to_string(ip_options) + " and " + std::to_string(tcp_options) +
           ", flags " + std::to_string(tcp_flags) + ", data " + std::to_string(data) + ", padding " +
           std::to_string(padding) + ", segment " + std::to_string(segment) + (owes ? ", owing" : "");
}

Offloaded any_offloaded(std::mt19937& random) {
    Offloaded p;
    p.v6 = random() % 2 == 0;
    p.protocol = std::array<std::uint8_t, 5>{6, 6, 17, 17, 132}[random() % 5];
    p.tags = random() % 4 == 0 ? static_cast<unsigned>(random() % 3) : 0;
    p.ip_options = random() % 4 == 0 ? 8 * (random() % 5) : 0;
    p.tcp_options = p.protocol == 6 ? 4 * (random() % 11) : 0;
    p.tcp_flags = static_cast<std::uint8_t>(random());
    const std::size_t most = 65535 - (p.v6 ? 0 : 20) - p.ip_options - p.transport();
    p.data = std::array<std::size_t, 5>{random() % 20, random() % 200, random() % 3000, random() % (most + 1),
                                        most}[random() % 5];
    p.data = p.protocol == 132 ? (p.data + 3) / 4 * 4 - (p.data > 65000 ? 4 : 0) : p.data;
    p.padding = random() % 4 == 0 ? random() % 20 : 0;
    p.owes = random() % 8 != 0;
    if (p.owes && p.protocol != 132 && random() % 4 != 0) {
        const std::size_t least = p.data / kMostSegments + 1;
        p.segment = std::array<std::size_t, 4>{least, least + random() % 100, 1448,
                                               least + random() % (65536 - least)}[random() % 4];
    }
    return p;
}

namespace {

// The checksum at `field` of a segment.
void judge(Apart& a, const Bytes& pseudo, const Bytes& segment, std::size_t field, bool udp) {
    a.partial = word(segment, field) == naive_sum(pseudo);
    a.summed = naive_sum(join({pseudo, segment})) == 0xffff;
    if (!a.partial && !a.summed) {
        a.wrong = "transport checksum";
    }
    if (udp && word(segment, field) == 0) {
        a.wrong = "no UDP checksum";
    }
}

void judge_sctp(Apart& a, Bytes segment) {
    const Bytes field = part(segment, 8, 12);
    a.partial = field == Bytes(4);
    zero(segment, 8, 4);
    const std::uint32_t crc = naive_crc32c(segment);
    a.summed = !a.partial;
    for (unsigned byte = 0; byte < 4 && a.summed; ++byte) {
        a.wrong = field[byte] == static_cast<std::uint8_t>(crc >> 8 * byte) ? a.wrong : "SCTP checksum";
    }
}

} // namespace

Apart apart(const Bytes& frame) {
    Apart a;
    std::size_t l3 = 14;
    while (word(frame, l3 - 2) == 0x8100) {
        l3 += 4;
    }
    const bool v6 = word(frame, l3 - 2) == 0x86dd;
    std::size_t l4 = l3 + (v6 ? 40 : (frame[l3] & 15U) * 4U);
    const std::size_t end = l3 + (v6 ? 40 + word(frame, l3 + 4) : word(frame, l3 + 2));
    std::uint8_t protocol = frame[l3 + (v6 ? 6 : 9)];
    if (v6 && protocol == 0) {
        protocol = frame[l4];
        l4 += (frame[l4 + 1] + 1U) * 8;
    }
    if (end > frame.size()) {
        a.wrong = "IP length";
        return a;
    }
    if (!v6 && naive_sum(part(frame, l3, l4)) != 0xffff) {
        a.wrong = "IPv4 header checksum";
        return a;
    }
    const Bytes segment = part(frame, l4, end);
    const bool udp = protocol == 17;
    const std::size_t header = protocol == 6 ? (segment[12] >> 4) * 4U : udp ? 8 : 12;
    const Bytes ends = v6 ? part(frame, l3 + 8, l3 + 40) : part(frame, l3 + 12, l3 + 20);
    const Bytes pseudo = join({ends, {0, protocol}, bytes16(static_cast<unsigned>(segment.size()))});
    a.constant = part(frame, 0, l4 + header);
    a.data = part(segment, header, segment.size());
    zero(a.constant, l3 + (v6 ? 4 : 2), v6 ? 2 : 4);
    if (!v6) {
        a.id = word(frame, l3 + 4);
        zero(a.constant, l3 + 10, 2);
    }
    if (protocol == 132) {
        judge_sctp(a, segment);
        zero(a.constant, l4 + 8, 4);
        return a;
    }
    if (udp && word(segment, 4) != segment.size()) {
        a.wrong = "UDP length";
    }
    judge(a, pseudo, segment, udp ? 6 : 16, udp);
    zero(a.constant, l4 + (udp ? 4 : 16), udp ? 4 : 2);
    if (!udp) {
        a.sequence = static_cast<std::uint32_t>(word(segment, 4) << 16 | word(segment, 6));
        a.tcp_flags = segment[13];
        zero(a.constant, l4 + 4, 4);
        zero(a.constant, l4 + 13, 1);
    }
    return a;
}

} // namespace pontoon
