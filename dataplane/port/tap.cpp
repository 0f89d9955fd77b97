#include "dataplane/port/tap.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <rte_mbuf.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "dataplane/port/io_batch.hpp"
#include "dataplane/port/refused_packets.hpp"
#include "dataplane/port/tap_frame.hpp"

namespace pontoon {

namespace {

using namespace tap_frame;

constexpr std::size_t kReadBytes = kHeader + Pool::kLargeBytes + Pool::kLargeSpill;
constexpr unsigned kUso = 0x20 | 0x40; // TUN_F_USO4 and TUN_F_USO6, of Linux 6.2

[[noreturn]] void refuse(const char* what) {
    throw std::runtime_error(std::string("TAP device: cannot ") + what + ": " + std::strerror(errno));
}

} // namespace

TapPort::TapPort(int fd, const Buffers& buffers) : fd_(fd), buffers_(buffers) {
    try {
        prepare();
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

void TapPort::prepare() {
    const int size = kHeader;
    if (::ioctl(fd_, TUNSETVNETHDRSZ, &size) != 0) {
        refuse("set the size of virtio_net_hdr");
    }
    constexpr unsigned offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
    if (::ioctl(fd_, TUNSETOFFLOAD, offloads | kUso) != 0 && ::ioctl(fd_, TUNSETOFFLOAD, offloads) != 0) {
        refuse("set its offloads");
    }
    const int flags = ::fcntl(fd_, F_GETFL);
    if (flags < 0 || ::fcntl(fd_, F_SETFL, flags | O_NONBLOCK) != 0) {
        refuse("make it non-blocking");
    }
    in_batches_ = IoBatch::works_with(fd_);
}

TapPort::~TapPort() {
    rte_pktmbuf_free(small_);
    ::close(fd_);
}

int TapPort::note(int error) {
    if (error == EBADFD || error == ENODEV) {
        failed_.store(true, std::memory_order_relaxed);
    }
    return error;
}

IoBatch* TapPort::batch(std::size_t packets, std::size_t worth) const {
    return in_batches_ && packets >= worth ? IoBatch::of_this_thread() : nullptr;
}

unsigned TapPort::receive(std::span<rte_mbuf*> packets) {
    if (failed()) {
        return 0;
    }
    const auto expected = std::min({expected_, packets.size(), IoBatch::kMost});
    if (IoBatch* const by = batch(expected, IoBatch::kWorthReading)) {
        const unsigned count = receive_by(*by, packets.first(expected));
        expected_ = count == expected ? 2 * expected : count;
        if (count != 0) {
            return count;
        }
    }
    const unsigned count = receive_each(packets);
    expected_ = count != 0 && packets[0]->pkt_len > Pool::kBufferBytes ? 0 : count; // long ones are all copying
    return count;
}

unsigned TapPort::receive_each(std::span<rte_mbuf*> packets) {
    unsigned count = 0;
    rte_mbuf* large = rte_pktmbuf_alloc(buffers_.large.get()); // not kept: they are few, and ports may be many
    while (count < packets.size() && !failed()) {
        rte_mbuf* const packet = large != nullptr ? read_by(large) : read_into_small();
        if (packet == nullptr) {
            break;
        }
        packets[count++] = packet;
    }
    rte_pktmbuf_free(large);
    return count;
}

unsigned TapPort::receive_by(IoBatch& batch, std::span<rte_mbuf*> packets) {
    std::array<rte_mbuf*, IoBatch::kMost> large;
    std::array<rte_mbuf*, IoBatch::kMost> small;
    const auto most = static_cast<unsigned>(packets.size());
    if (rte_pktmbuf_alloc_bulk(buffers_.large.get(), large.data(), most) != 0) {
        return 0;
    }
    if (rte_pktmbuf_alloc_bulk(buffers_.small.get(), small.data(), most) != 0) {
        rte_pktmbuf_free_bulk(large.data(), most);
        return 0;
    }
    for (rte_mbuf* buffer : std::span(large).first(most)) {
        batch.read(fd_, with_header(buffer), kReadBytes);
    }
    unsigned count = 0;
    for (unsigned i = 0; const int got : batch.run()) {
        if (got >= static_cast<int>(kHeader)) {
            packets[count++] = take(large[i], small[i], static_cast<std::size_t>(got) - kHeader);
        } else {
            note(-got);
        }
        ++i;
    }
    rte_pktmbuf_free_bulk(large.data(), most); // it leaves out what was given away
    rte_pktmbuf_free_bulk(small.data(), most);
    return count;
}

rte_mbuf* TapPort::read_by(rte_mbuf*& large) {
    if (small_ == nullptr && (small_ = rte_pktmbuf_alloc(buffers_.small.get())) == nullptr) {
        return nullptr;
    }
    const ssize_t got = ::read(fd_, with_header(large), kReadBytes);
    if (got < static_cast<ssize_t>(kHeader)) {
        note(got < 0 ? errno : 0);
        return nullptr;
    }
    rte_mbuf* const packet = take(large, small_, static_cast<std::size_t>(got) - kHeader);
    if (large == nullptr) {
        large = rte_pktmbuf_alloc(buffers_.large.get());
    }
    return packet;
}

// All large buffers are in use: as many small ones as a frame may need.
rte_mbuf* TapPort::read_into_small() {
    std::array<rte_mbuf*, Pool::kLargeBytes / Pool::kBufferBytes + 2> parts;
    if (rte_pktmbuf_alloc_bulk(buffers_.small.get(), parts.data(), parts.size()) != 0) {
        return nullptr;
    }
    std::array<iovec, parts.size()> into;
    std::ranges::transform(parts, into.begin(),
                           [](rte_mbuf* part) { return iovec{rte_pktmbuf_mtod(part, void*), Pool::kBufferBytes}; });
    into[0] = {with_header(parts[0]), Pool::kBufferBytes + kHeader};
    const ssize_t got = ::readv(fd_, into.data(), into.size());
    if (got < static_cast<ssize_t>(kHeader)) {
        note(got < 0 ? errno : 0);
        rte_pktmbuf_free_bulk(parts.data(), parts.size());
        return nullptr;
    }
    std::size_t left = static_cast<std::size_t>(got) - kHeader;
    parts[0]->pkt_len = static_cast<std::uint32_t>(left);
    std::uint16_t used = 0;
    do {
        rte_mbuf* const part = parts[used];
        part->data_len = static_cast<std::uint16_t>(std::min<std::size_t>(left, Pool::kBufferBytes));
        left -= part->data_len;
        ++used;
        part->next = left != 0 ? parts[used] : nullptr;
    } while (left != 0);
    parts[0]->nb_segs = used;
    rte_pktmbuf_free_bulk(parts.data() + used, parts.size() - used);
    mark(*parts[0], with_header(parts[0]));
    return parts[0];
}

int TapPort::send(rte_mbuf& packet) {
    if (!takes_header(&packet)) {
        return send_chain(packet);
    }
    return ::write(fd_, put_header(packet), packet.data_len + kHeader) < 0 ? note(errno) : 0;
}

int TapPort::send_chain(rte_mbuf& packet) {
    auto header = header_for(packet);
    std::array<iovec, kParts + 1> from;
    from[0] = {&header, sizeof header};
    std::size_t parts = 1;
    for (rte_mbuf* part = &packet; part != nullptr; part = part->next) {
        if (parts == from.size()) {
            return EMSGSIZE;
        }
        from[parts++] = {rte_pktmbuf_mtod(part, void*), part->data_len};
    }
    return ::writev(fd_, from.data(), static_cast<int>(parts)) < 0 ? note(errno) : 0;
}

unsigned TapPort::transmit(std::span<rte_mbuf*> packets) {
    IoBatch* const by = batch(packets.size(), IoBatch::kWorthWriting);
    return by != nullptr ? transmit_by(*by, packets) : transmit_each(packets);
}

unsigned TapPort::transmit_each(std::span<rte_mbuf*> packets) {
    std::size_t done = 0;
    RefusedPackets refused(packets);
    for (; done < packets.size() && !failed(); ++done) {
        rte_mbuf* const packet = packets[done];
        const int error = send(*packet);
        if (error == 0) {
            rte_pktmbuf_free(packet);
        } else if (error == EINVAL || error == EMSGSIZE) {
            refused.add(packet);
        } else {
            break;
        }
    }
    return refused.settle(done);
}

unsigned TapPort::transmit_by(IoBatch& batch, std::span<rte_mbuf*> packets) {
    std::size_t done = 0;
    RefusedPackets refused(packets);
    const auto settle = [&](int error) {
        rte_mbuf* const packet = packets[done++];
        if (error == 0) {
            rte_pktmbuf_free(packet);
        } else {
            refused.add(packet);
        }
    };
    while (done < packets.size() && !failed()) {
        const auto run = packets.subspan(done, std::min(packets.size() - done, IoBatch::kMost));
        const auto others = std::ranges::find_if_not(run, takes_header);
        for (rte_mbuf* packet : std::ranges::subrange(run.begin(), others)) {
            batch.write(fd_, put_header(*packet), packet->data_len + kHeader);
        }
        for (const int result : batch.run()) {
            settle(result < 0 ? note(-result) : 0);
        }
        if (others != run.end()) {
            settle(send_chain(*packets[done]));
        }
    }
    return refused.settle(done);
}

} // namespace pontoon
