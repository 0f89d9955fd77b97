#include "dataplane/port/io_batch.hpp"

#include <sys/uio.h>

#include <cerrno>

namespace pontoon {

IoBatch* IoBatch::of_this_thread() {
    thread_local const auto batch = make();
    return batch.get();
}

bool IoBatch::works_with(int fd) {
    char byte = 0; // a TAP device refuses what is too short for a header
    const iovec bytes{&byte, sizeof byte};
    return ::pwritev2(fd, &bytes, 1, -1, RWF_NOWAIT) < 0 && errno == EINVAL;
}

std::unique_ptr<IoBatch> IoBatch::make() {
    std::unique_ptr<IoBatch> batch(new IoBatch);
    constexpr unsigned flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN;
    if (io_uring_queue_init(kMost, &batch->ring_, flags) != 0) {
        return nullptr;
    }
    batch->open_ = true;
    io_uring_register_ring_fd(&batch->ring_); // saves a look-up a run; does without where it cannot
    return batch;
}

IoBatch::~IoBatch() {
    if (open_) {
        io_uring_queue_exit(&ring_);
    }
}

void IoBatch::read(int fd, void* to, std::size_t bytes) {
    io_uring_sqe* const entry = io_uring_get_sqe(&ring_);
    io_uring_prep_read(entry, fd, to, static_cast<unsigned>(bytes), 0);
    entry->rw_flags = RWF_NOWAIT; // O_NONBLOCK is not enough: io_uring would wait itself
    entry->user_data = count_++;
}

void IoBatch::write(int fd, const void* from, std::size_t bytes) {
    io_uring_sqe* const entry = io_uring_get_sqe(&ring_);
    io_uring_prep_write(entry, fd, from, static_cast<unsigned>(bytes), 0);
    entry->rw_flags = RWF_NOWAIT; // O_NONBLOCK is not enough: io_uring would wait itself
    entry->user_data = count_++;
}

std::span<const int> IoBatch::run() {
    const std::size_t count = count_;
    for (std::size_t left = count; left != 0;) {
        io_uring_submit_and_wait(&ring_, static_cast<unsigned>(left)); // a signal may end it early
        unsigned head = 0;
        unsigned done = 0;
        const io_uring_cqe* result = nullptr;
        io_uring_for_each_cqe(&ring_, head, result) {
            results_[result->user_data] = result->res;
            ++done;
        }
        io_uring_cq_advance(&ring_, done);
        left -= done;
    }
    count_ = 0;
    return std::span(results_).first(count);
}

} // namespace pontoon
