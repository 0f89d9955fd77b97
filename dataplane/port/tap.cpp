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
#include <utility>

#include "dataplane/port/virtio.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kHeader = sizeof(VirtioHeader);
static_assert(kHeader <= RTE_PKTMBUF_HEADROOM);
constexpr unsigned kUso = 0x20 | 0x40; // TUN_F_USO4 and TUN_F_USO6, of Linux 6.2

[[noreturn]] void refuse(const char* what) {
    throw std::runtime_error(std::string("TAP device: cannot ") + what + ": " + std::strerror(errno));
}

// A frame and the header before it, in its headroom.
std::uint8_t* with_header(rte_mbuf* buffer) {
    return rte_pktmbuf_mtod(buffer, std::uint8_t*) - kHeader;
}

void mark(rte_mbuf& packet, const std::uint8_t* header_bytes) {
    VirtioHeader header;
    std::memcpy(&header, header_bytes, sizeof header);
    if (!header.is_plain()) {
        mark_received(packet, header);
    }
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

unsigned TapPort::receive(std::span<rte_mbuf*> packets) {
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

rte_mbuf* TapPort::read_by(rte_mbuf*& large) {
    if (small_ == nullptr && (small_ = rte_pktmbuf_alloc(buffers_.small.get())) == nullptr) {
        return nullptr;
    }
    std::uint8_t* const bytes = with_header(large);
    const ssize_t got = ::read(fd_, bytes, kHeader + Pool::kLargeBytes + Pool::kLargeSpill);
    if (got < static_cast<ssize_t>(kHeader)) {
        note(got < 0 ? errno : 0);
        return nullptr;
    }
    const auto length = static_cast<std::size_t>(got) - kHeader;
    rte_mbuf* packet = nullptr;
    if (length <= Pool::kBufferBytes) {
        packet = std::exchange(small_, nullptr);
        std::memcpy(rte_pktmbuf_mtod(packet, void*), bytes + kHeader, length);
        packet->data_len = static_cast<std::uint16_t>(length);
        packet->pkt_len = static_cast<std::uint32_t>(length);
    } else {
        packet = take_long(large, length);
        large = rte_pktmbuf_alloc(buffers_.large.get());
    }
    mark(*packet, bytes);
    return packet;
}

// What the buffer does not hold stands in the memory behind it.
rte_mbuf* TapPort::take_long(rte_mbuf* large, std::size_t length) {
    const std::size_t held = std::min<std::size_t>(length, Pool::kLargeBytes);
    large->data_len = static_cast<std::uint16_t>(held);
    large->pkt_len = static_cast<std::uint32_t>(length);
    if (held < length) {
        rte_mbuf* const end = std::exchange(small_, nullptr);
        std::memcpy(rte_pktmbuf_mtod(end, void*), rte_pktmbuf_mtod_offset(large, void*, held), length - held);
        end->data_len = static_cast<std::uint16_t>(length - held);
        large->next = end;
        large->nb_segs = 2;
    }
    return large;
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
    if (packet.nb_segs > 1 || rte_mbuf_refcnt_read(&packet) != 1 || !RTE_MBUF_DIRECT(&packet) ||
        rte_pktmbuf_headroom(&packet) < kHeader) {
        return send_chain(packet);
    }
    const auto header = header_for(packet);
    std::uint8_t* const bytes = with_header(&packet);
    std::memcpy(bytes, &header, sizeof header);
    return ::write(fd_, bytes, packet.data_len + kHeader) < 0 ? note(errno) : 0;
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
    std::size_t done = 0;
    std::size_t refused = 0; // they wait at the front, in the places of what is sent
    for (; done < packets.size() && !failed(); ++done) {
        rte_mbuf* const packet = packets[done];
        const int error = send(*packet);
        if (error == 0) {
            rte_pktmbuf_free(packet);
        } else if (error == EINVAL || error == EMSGSIZE) {
            packets[refused++] = packet;
        } else {
            break;
        }
    }
    const auto front = packets.begin();
    std::copy_backward(front, front + static_cast<std::ptrdiff_t>(refused), front + static_cast<std::ptrdiff_t>(done));
    return static_cast<unsigned>(done - refused);
}

} // namespace pontoon
