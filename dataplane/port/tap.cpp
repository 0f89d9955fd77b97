#include "dataplane/port/tap.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <rte_mbuf.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "dataplane/port/virtio.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kHeader = sizeof(VirtioHeader);
static_assert(kHeader <= RTE_PKTMBUF_HEADROOM);
constexpr unsigned kUso = 0x20 | 0x40; // TUN_F_USO4 and TUN_F_USO6, of Linux 6.2

[[noreturn]] void refuse(const char* what) {
    throw std::runtime_error(std::string("TAP device: cannot ") + what + ": " + std::strerror(errno));
}

std::size_t room(const rte_mbuf* buffer) {
    return std::size_t{buffer->buf_len} - buffer->data_off;
}

// A frame and the header before it, in its headroom.
std::uint8_t* with_header(rte_mbuf* buffer) {
    return rte_pktmbuf_mtod(buffer, std::uint8_t*) - kHeader;
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
    rte_pktmbuf_free(first_);
    rte_pktmbuf_free(rest_);
    ::close(fd_);
}

int TapPort::note(int error) {
    if (error == EBADFD || error == ENODEV) {
        failed_.store(true, std::memory_order_relaxed);
    }
    return error;
}

// Makes sure that there are buffers for a frame of any length.
bool TapPort::provide() {
    if (first_ == nullptr) {
        first_ = rte_pktmbuf_alloc(buffers_.small.get());
    }
    if (first_ == nullptr || (rest_ == nullptr && !provide_rest())) {
        return false;
    }
    into_[0] = {with_header(first_), room(first_) + kHeader};
    return true;
}

// One large buffer, or where none is left as many small ones.
bool TapPort::provide_rest() {
    std::size_t left = Pool::kLargeBytes;
    parts_ = 1;
    while (left != 0) {
        rte_mbuf* next = rest_ == nullptr ? rte_pktmbuf_alloc(buffers_.large.get()) : nullptr;
        if (next == nullptr) {
            next = rte_pktmbuf_alloc(buffers_.small.get());
        }
        if (next == nullptr) {
            rte_pktmbuf_free(rest_);
            rest_ = nullptr;
            return false;
        }
        next->next = rest_;
        rest_ = next;
        left -= std::min(left, room(next));
    }
    for (rte_mbuf* part = rest_; part != nullptr; part = part->next) {
        into_[parts_++] = {rte_pktmbuf_mtod(part, void*), room(part)};
    }
    return true;
}

// The frame of `length` bytes that has come.
rte_mbuf* TapPort::take(std::size_t length) {
    rte_mbuf* const packet = first_;
    first_ = nullptr;
    packet->pkt_len = static_cast<std::uint32_t>(length);
    packet->data_len = static_cast<std::uint16_t>(std::min(length, room(packet)));
    std::size_t left = length - packet->data_len;
    if (left == 0) {
        return packet;
    }
    rte_mbuf* last = packet;
    for (; left != 0 && rest_ != nullptr; rest_ = last->next) {
        last->next = rest_;
        last = rest_;
        last->data_len = static_cast<std::uint16_t>(std::min(left, room(last)));
        left -= last->data_len;
        ++packet->nb_segs;
    }
    rest_ = last->next;
    last->next = nullptr;
    rte_pktmbuf_free(rest_);
    rest_ = nullptr;
    return packet;
}

unsigned TapPort::receive(std::span<rte_mbuf*> packets) {
    unsigned count = 0;
    while (count < packets.size() && !failed() && provide()) {
        const ssize_t got = ::readv(fd_, into_.data(), static_cast<int>(parts_));
        if (got < static_cast<ssize_t>(kHeader)) {
            note(got < 0 ? errno : 0);
            break;
        }
        VirtioHeader header;
        std::memcpy(&header, into_[0].iov_base, sizeof header);
        rte_mbuf* const packet = take(static_cast<std::size_t>(got) - kHeader);
        if (!header.is_plain()) {
            mark_received(*packet, header);
        }
        packets[count++] = packet;
    }
    rte_pktmbuf_free(rest_); // large ones are few, and ports may be many
    rest_ = nullptr;
    return count;
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
