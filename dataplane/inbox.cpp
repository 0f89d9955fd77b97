#include "dataplane/inbox.hpp"

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_ring_elem.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

// Rings have names of their own in a process.
std::string unique_name() {
    static std::atomic<unsigned> made = 0;
    return "inbox" + std::to_string(made++);
}

} // namespace

Inbox::Inbox()
    : ring_(rte_ring_create_elem(unique_name().c_str(), sizeof(Message), kMessages, SOCKET_ID_ANY,
                                 RING_F_SC_DEQ | RING_F_EXACT_SZ)) {
    if (ring_ == nullptr) {
        throw std::runtime_error("no memory for a worker's inbox: " + std::string(rte_strerror(rte_errno)));
    }
}

Inbox::~Inbox() {
    Message message;
    while (pop(std::span(&message, 1)) != 0) {
        if (message.has_packet()) {
            rte_pktmbuf_free(message.mbuf());
        }
    }
    rte_ring_free(ring_);
}

std::size_t Inbox::push(std::span<const Message> messages) {
    const auto count = rte_ring_enqueue_burst_elem(ring_, messages.data(), sizeof(Message),
                                                   static_cast<unsigned>(messages.size()), nullptr);
    if (waker_ != nullptr) {
        waker_->wake();
    }
    return count;
}

std::size_t Inbox::pop(std::span<Message> messages) {
    return rte_ring_dequeue_burst_elem(ring_, messages.data(), sizeof(Message), static_cast<unsigned>(messages.size()),
                                       nullptr);
}

std::size_t Inbox::size() const {
    return rte_ring_count(ring_);
}

} // namespace pontoon
