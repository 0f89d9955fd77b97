// Any bytes as a frame: the parser and the description of frames stay inside it.
#include <algorithm>
#include <memory>
#include <span>

#include "dataplane/observe/trace.hpp"
#include "dataplane/packet/parse.hpp"
#include "tests/fuzz/expect.hpp"

namespace pontoon {

namespace {

void check_ip(const Packet& p) {
    const std::size_t end = p.l3 + std::size_t{p.ip_length};
    EXPECT(end <= p.length);
    EXPECT(p.l4 == 0 || (p.l4 >= p.l3 + 20 && p.l4 <= end));
    EXPECT(!p.later_piece || (p.fragment && p.l4 == 0));
    EXPECT(p.quote == 0 || (p.quote == p.l4 + sizeof(IcmpHeader) && p.quote + sizeof(Ipv4Header) <= end));
}

void check_parse(std::span<const std::uint8_t> frame, bool trusted) {
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[frame.size()]);
    std::ranges::copy(frame, exact.get());
    Packet p;
    p.data = exact.get();
    p.length = p.first = static_cast<std::uint16_t>(frame.size()); // no fuzzer's input is longer
    p.csum_trusted = trusted;
    parse(p);
    EXPECT(p.l3 <= p.length);
    EXPECT(p.fault != Reason::headers_scattered);
    EXPECT(p.fault <= Reason::icmp_bad_quote);
    EXPECT(std::ranges::equal(frame, std::span(exact.get(), frame.size())));
    if (p.fault == Reason::none) {
        EXPECT(p.l3 >= sizeof(EthernetHeader));
        EXPECT(!p.is_arp() || p.l3 + sizeof(ArpPacket) <= p.length);
        if (p.is_ip()) {
            check_ip(p);
        }
    }
}

void check_description(std::span<const std::uint8_t> frame, std::size_t length) {
    const auto text = describe(frame, static_cast<std::uint32_t>(length));
    EXPECT(!text.empty() && text.size() < 256);
    EXPECT(std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; }));
}

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span frame(data, size);
    pontoon::check_parse(frame, false);
    pontoon::check_parse(frame, true);
    pontoon::check_description(frame, size);
    pontoon::check_description(frame.first(std::min<std::size_t>(size, pontoon::TraceRecord::kHead)), size + 1400);
    return 0;
}
