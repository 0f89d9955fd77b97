#include "dataplane/ip/split.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace pontoon {

namespace {

constexpr std::size_t kMostHeader = 60;
constexpr std::size_t kTransportHeader = 20; // in which all checksums are
constexpr std::uint16_t kDontFragment = 0x4000;

// An IPv4 header with its options.
struct HeaderBytes {
    std::array<std::uint8_t, kMostHeader> bytes{};
    std::size_t length = sizeof(Ipv4Header);
};

HeaderBytes header_of(const Packet& p) {
    HeaderBytes header;
    header.length = p.header<Ipv4Header>(p.l3).header_length();
    std::copy_n(p.data + p.l3, header.length, header.bytes.begin());
    return header;
}

// What later pieces carry: only options with the copied flag (RFC 791 section 3.1). Where the options lie about their
// lengths, they end.
HeaderBytes later_header_of(const HeaderBytes& whole) {
    constexpr std::uint8_t end_of_options = 0;
    constexpr std::uint8_t no_operation = 1;
    constexpr std::uint8_t copied = 0x80;
    HeaderBytes later;
    std::copy_n(whole.bytes.begin(), sizeof(Ipv4Header), later.bytes.begin());
    for (std::size_t at = sizeof(Ipv4Header); at < whole.length && whole.bytes[at] != end_of_options;) {
        if (whole.bytes[at] == no_operation) {
            ++at;
            continue;
        }
        const std::size_t length = at + 1 < whole.length ? whole.bytes[at + 1] : 0;
        if (length < 2 || at + length > whole.length) {
            break;
        }
        if ((whole.bytes[at] & copied) != 0) {
            std::copy_n(&whole.bytes[at], length, &later.bytes[later.length]);
            later.length += length;
        }
        at += length;
    }
    later.length = (later.length + 3) / 4 * 4; // the padding is zero, which ends the options
    later.bytes[0] = static_cast<std::uint8_t>(0x40 | later.length / 4);
    return later;
}

// How a packet divides: the first piece has all options; each but the last holds a multiple of 8 bytes.
struct Division {
    std::size_t payload;
    std::size_t most_first; // what the MTU takes beside the header; 0 if nothing
    std::size_t most_later;

    [[nodiscard]] std::size_t in_first() const { return most_first / 8 * 8; }
    [[nodiscard]] std::size_t in_later() const { return most_later / 8 * 8; }
    [[nodiscard]] std::size_t pieces() const {
        if (payload <= most_first) {
            return 1;
        }
        const std::size_t later = payload - in_first();
        const std::size_t before_last = later - std::min(later, most_later);
        return 2 + (before_last + in_later() - 1) / in_later();
    }
    [[nodiscard]] std::size_t piece_at(std::size_t offset) const {
        return offset < in_first() ? 0 : std::min(pieces() - 1, 1 + (offset - in_first()) / in_later());
    }
    [[nodiscard]] std::size_t begin(std::size_t piece) const {
        return piece == 0 ? 0 : in_first() + (piece - 1) * in_later();
    }
    [[nodiscard]] std::size_t end(std::size_t piece) const {
        return piece + 1 == pieces() ? payload : begin(piece + 1);
    }
};

class Splitter {
public:
    Splitter(const Packet& p, std::uint16_t mtu)
        : p_(p), first_(header_of(p)), later_(later_header_of(first_)),
          division_{p.ip_length - first_.length, mtu - std::min<std::size_t>(mtu, first_.length),
                    mtu - std::min<std::size_t>(mtu, later_.length)} {}

    // 0 if the MTU is too small for any.
    [[nodiscard]] std::size_t pieces() const { return division_.in_first() == 0 ? 0 : division_.pieces(); }

    // Null if there was no buffer, or only ones too small for the headers.
    [[nodiscard]] rte_mbuf* make(std::size_t piece) const {
        const HeaderBytes& header = piece == 0 ? first_ : later_;
        rte_mbuf* const head = rte_pktmbuf_alloc(p_.mbuf->pool);
        if (head == nullptr) {
            return nullptr;
        }
        const std::size_t headers = p_.l3 + header.length;
        if (rte_pktmbuf_tailroom(head) < headers + kTransportHeader) {
            rte_pktmbuf_free(head);
            return nullptr;
        }
        auto* const bytes =
            reinterpret_cast<std::uint8_t*>(rte_pktmbuf_append(head, static_cast<std::uint16_t>(headers)));
        if (!append_payload(head, division_.begin(piece), division_.end(piece))) {
            rte_pktmbuf_free(head);
            return nullptr;
        }
        std::copy_n(p_.data, p_.l3, bytes);
        write_header(bytes + p_.l3, header, piece);
        return head;
    }

    // The piece and the place in it where the byte of the payload at `offset` stands.
    [[nodiscard]] std::uint8_t* place_of(std::span<rte_mbuf* const> pieces, std::size_t offset) const {
        const std::size_t piece = division_.piece_at(offset);
        const std::size_t before = p_.l3 + (piece == 0 ? first_ : later_).length;
        return rte_pktmbuf_mtod_offset(pieces[piece], std::uint8_t*, before + offset - division_.begin(piece));
    }

private:
    // Adds the payload from `begin` to `end`, and buffers to hold it.
    [[nodiscard]] bool append_payload(rte_mbuf* head, std::size_t begin, std::size_t end) const {
        rte_mbuf* last = head;
        while (begin != end) {
            if (rte_pktmbuf_tailroom(last) == 0) {
                rte_mbuf* const next = rte_pktmbuf_alloc(p_.mbuf->pool);
                if (next == nullptr || rte_pktmbuf_tailroom(next) == 0 || rte_pktmbuf_chain(head, next) != 0) {
                    rte_pktmbuf_free(next);
                    return false;
                }
                last = next;
            }
            const std::size_t part = std::min<std::size_t>(end - begin, rte_pktmbuf_tailroom(last));
            copy_payload(rte_pktmbuf_mtod_offset(last, std::uint8_t*, last->data_len), begin, part);
            last->data_len = static_cast<std::uint16_t>(last->data_len + part);
            head->pkt_len += static_cast<std::uint32_t>(part);
            begin += part;
        }
        return true;
    }

    void copy_payload(std::uint8_t* to, std::size_t begin, std::size_t count) const {
        const auto offset = static_cast<std::uint32_t>(p_.l3 + first_.length + begin);
        const void* const from = rte_pktmbuf_read(p_.mbuf, offset, static_cast<std::uint32_t>(count), to);
        if (from != to && from != nullptr) { // it stands in one buffer of the packet's
            std::memcpy(to, from, count);
        }
    }

    void write_header(std::uint8_t* at, const HeaderBytes& header, std::size_t piece) const {
        auto ip = load<Ipv4Header>(header.bytes.data());
        const bool last = piece + 1 == division_.pieces();
        const unsigned offset = ip.fragment_offset() + static_cast<unsigned>(division_.begin(piece));
        const unsigned flags = ip.fragment.host() & ~unsigned{Ipv4Header::kOffsetMask};
        const unsigned more = last ? 0 : Ipv4Header::kMoreFragments;
        const std::size_t payload = division_.end(piece) - division_.begin(piece);
        ip.fragment = be16{static_cast<std::uint16_t>(flags | more | offset / 8)};
        ip.total_length = be16{static_cast<std::uint16_t>(header.length + payload)};
        std::copy_n(header.bytes.begin(), header.length, at);
        store(at, ip);
        seal_ipv4(at);
    }

    const Packet& p_;
    HeaderBytes first_;
    HeaderBytes later_;
    Division division_;
};

// Makes the checksum that the sender left to its hardware. For TCP and UDP the field holds the pseudo-header's sum, so
// the sum over all is that of header, data and pseudo-header.
void finish_checksum(const Packet& p, const Splitter& splitter, std::span<rte_mbuf* const> pieces) {
    const std::size_t length = p.l4_length();
    if (p.protocol == protocol::kSctp) {
        constexpr std::size_t field = offsetof(SctpHeader, checksum);
        store(splitter.place_of(pieces, field), crc32c_range(p, p.l4, length, p.l4 + field));
        return;
    }
    const bool udp = p.protocol == protocol::kUdp;
    const std::size_t field = udp ? offsetof(UdpHeader, checksum) : offsetof(TcpHeader, checksum);
    const std::size_t summed = udp ? p.header<UdpHeader>(p.l4).length.host() : length;
    const be16 checksum = checksum_of(sum_range(p, p.l4, summed, 0));
    const bool none = udp && checksum.raw() == 0; // which would say that there is no sum (RFC 768)
    store(splitter.place_of(pieces, field), none ? be16{0xffff} : checksum);
}

} // namespace

unsigned split(const Packet& p, std::uint16_t mtu, std::span<rte_mbuf*> pieces) {
    const Splitter splitter(p, mtu);
    const std::size_t count = splitter.pieces();
    if (count > pieces.size() || (p.header<Ipv4Header>(p.l3).fragment.host() & kDontFragment) != 0) {
        return 0;
    }
    for (std::size_t piece = 0; piece < count; ++piece) {
        pieces[piece] = splitter.make(piece);
        if (pieces[piece] == nullptr) {
            rte_pktmbuf_free_bulk(pieces.data(), static_cast<unsigned>(piece));
            return 0;
        }
    }
    if (p.csum_partial && count != 0) {
        finish_checksum(p, splitter, pieces.first(count));
    }
    return static_cast<unsigned>(count);
}

} // namespace pontoon
