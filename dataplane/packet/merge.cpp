#include "dataplane/packet/merge.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "dataplane/packet/offload.hpp"

namespace pontoon {

namespace {

constexpr std::uint8_t kPush = 0x08;
constexpr std::uint8_t kAcknowledges = 0x10;
constexpr std::uint32_t kLongest = 65535; // bytes of an IP packet

const TcpHeader& tcp_of(const Packet& p) {
    return p.header<TcpHeader>(p.l4);
}

std::uint32_t data_of(const Packet& p) {
    return p.l4_length() - tcp_of(p).header_length();
}

// Whether the IP header is a bare one, and of a whole packet.
bool is_bare(const Packet& p) {
    return !p.fragment && p.l4 == p.l3 + (p.is_ipv4() ? sizeof(Ipv4Header) : sizeof(Ipv6Header));
}

bool may_merge(const Packet& p) {
    return (tcp_of(p).flags & ~kPush) == kAcknowledges && data_of(p) != 0 && p.segment == 0 &&
           p.length == p.l3 + p.ip_length && p.mbuf->nb_segs == 1;
}

bool same(const Packet& a, const Packet& b, std::size_t offset, std::size_t bytes) {
    return std::memcmp(a.data + offset, b.data + offset, bytes) == 0;
}

// Whether the headers up to TCP's are the same but for lengths, sums and the identification. `distance`: how many
// packets later the second one came.
bool same_way(const Packet& a, const Packet& b, unsigned distance) {
    if (a.l3 != b.l3 || a.type != b.type || !same(a, b, 0, a.l3)) {
        return false;
    }
    if (!a.is_ipv4()) {
        constexpr std::size_t next_header = offsetof(Ipv6Header, next_header);
        return same(a, b, a.l3, offsetof(Ipv6Header, payload_length)) &&
               same(a, b, a.l3 + next_header, sizeof(Ipv6Header) - next_header);
    }
    const auto& ip = b.header<Ipv4Header>(b.l3);
    const auto counted = static_cast<std::uint16_t>(a.header<Ipv4Header>(a.l3).id.host() + distance);
    constexpr std::size_t fragment = offsetof(Ipv4Header, fragment);
    constexpr std::size_t source = offsetof(Ipv4Header, source);
    return same(a, b, a.l3, offsetof(Ipv4Header, total_length)) &&
           same(a, b, a.l3 + fragment, offsetof(Ipv4Header, checksum) - fragment) &&
           same(a, b, a.l3 + source, sizeof(Ipv4Header) - source) &&
           (ip.must_not_fragment() || ip.id.host() == counted);
}

// The same of TCP's headers, but for the sequence number and the flags.
bool same_state(const Packet& a, const Packet& b) {
    const TcpHeader& one = tcp_of(a);
    const TcpHeader& other = tcp_of(b);
    const unsigned header = one.header_length();
    return load<std::uint32_t>(a.data + a.l4) == load<std::uint32_t>(b.data + b.l4) && // ports
           one.acknowledgment == other.acknowledgment && one.data_offset == other.data_offset &&
           one.window == other.window && one.urgent == other.urgent &&
           same(a, b, a.l4 + sizeof(TcpHeader), header - sizeof(TcpHeader));
}

// Segments that follow each other: the first one, which all others hang behind.
class Run {
public:
    void begin(Packet& first) {
        head_ = &first;
        tail_ = first.mbuf;
        data_ = data_of(first);
        count_ = 1;
    }

    // Whether it is the next; then it is taken.
    [[nodiscard]] bool take(Packet& next) {
        const std::uint32_t data = data_of(next);
        const std::uint32_t sequence = tcp_of(*head_).sequence.host() + data_of(*head_);
        if (tcp_of(next).sequence.host() != sequence || data > data_ || head_->ip_length + data > kLongest ||
            !same_way(*head_, next, count_) || !same_state(*head_, next)) {
            return false;
        }
        rte_mbuf* const mbuf = next.mbuf;
        rte_pktmbuf_adj(mbuf, static_cast<std::uint16_t>(next.length - data));
        tail_->next = mbuf;
        tail_ = mbuf;
        ++head_->mbuf->nb_segs;
        head_->mbuf->pkt_len += data;
        head_->length += data;
        head_->ip_length += data;
        ++count_;
        next.mbuf = nullptr;
        return true;
    }

    [[nodiscard]] bool ends_with(const Packet& packet, std::uint32_t data) const {
        return data < data_ || (tcp_of(packet).flags & kPush) != 0;
    }

    // Writes the headers of the whole. Returns how many packets went into the first.
    unsigned finish(bool push) {
        if (count_ > 1) {
            write_headers(push);
        }
        return count_ - 1;
    }

private:
    void write_headers(bool push) {
        Packet& p = *head_;
        const std::uint32_t length = p.l4_length();
        auto& tcp = edit<TcpHeader>(p.data + p.l4);
        Sum pseudo = 0;
        if (p.is_ipv4()) {
            auto& ip = edit<Ipv4Header>(p.data + p.l3);
            ip.total_length = be16{static_cast<std::uint16_t>(p.ip_length)};
            seal_ipv4(p.data + p.l3);
            pseudo = sum_pseudo_header(ip.source, ip.destination, protocol::kTcp, length);
        } else {
            auto& ip = edit<Ipv6Header>(p.data + p.l3);
            ip.payload_length = be16{static_cast<std::uint16_t>(length)};
            pseudo = sum_pseudo_header(ip.source, ip.destination, protocol::kTcp, length);
        }
        tcp.flags = static_cast<std::uint8_t>(tcp.flags | (push ? kPush : 0));
        tcp.checksum = be16::from_raw(fold(pseudo));
        p.csum_partial = p.csum_trusted = true;
        const auto size = static_cast<std::uint16_t>(data_);
        mark_offload(p, size);
        resize_segments(p, size);
    }

    Packet* head_;
    rte_mbuf* tail_;
    std::uint32_t data_; // bytes in each but the last
    unsigned count_;
};

// The runs that may go on. A connection has one place, which others may have too: then the later one has it.
class Runs {
public:
    void add(Packet& p) {
        const bool mergeable = may_merge(p);
        if (open_ == 0 && !mergeable) {
            return;
        }
        const unsigned place = place_of(p);
        if (!mergeable) {
            close(place);
            return;
        }
        const std::uint32_t data = data_of(p);
        const bool push = (tcp_of(p).flags & kPush) != 0;
        Run& run = runs_[place];
        if (is_open(place) && run.take(p)) {
            if (run.ends_with(p, data)) {
                close(place, push);
            }
            return;
        }
        close(place);
        if (!push) {
            run.begin(p);
            open_ |= std::uint64_t{1} << place;
        }
    }

    void close_all() {
        while (open_ != 0) {
            close(static_cast<unsigned>(std::countr_zero(open_)));
        }
    }

    [[nodiscard]] unsigned merged() const { return merged_; }

private:
    static constexpr unsigned kPlaces = 64;

    // By the ports, and what stands before them: both addresses, or half of one of IPv6.
    static unsigned place_of(const Packet& p) {
        constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;
        const std::uint64_t ends = load<std::uint64_t>(p.data + p.l4 - 8) * odd;
        return static_cast<unsigned>((ends ^ load<std::uint32_t>(p.data + p.l4)) * odd >> 58);
    }
    [[nodiscard]] bool is_open(unsigned place) const { return (open_ >> place & 1) != 0; }
    void close(unsigned place, bool push = false) {
        if (is_open(place)) {
            merged_ += runs_[place].finish(push);
            open_ &= ~(std::uint64_t{1} << place);
        }
    }

    std::uint64_t open_ = 0; // a bit a place
    unsigned merged_ = 0;
    std::array<Run, kPlaces> runs_; // only what is open was written
};

} // namespace

unsigned merge_segments(Burst& burst) {
    Runs runs;
    for (Packet& p : burst) {
        if (p.protocol != protocol::kTcp || p.fault != Reason::none) {
            continue;
        }
        if (is_bare(p)) {
            runs.add(p);
        } else {
            runs.close_all(); // whose it is is not looked for
        }
    }
    runs.close_all();
    if (runs.merged() != 0) {
        const auto left = std::remove_if(burst.begin(), burst.end(), [](const Packet& p) { return p.mbuf == nullptr; });
        burst.count = static_cast<std::size_t>(left - burst.begin());
    }
    return runs.merged();
}

} // namespace pontoon
