// Reads and writes of a burst by one system call (io_uring), each as read(2) and write(2) would do it on a non-blocking
// descriptor, one after the other. Of 64 writes to a TAP device each costs 1210 ns instead of 1540, of 64 reads 545
// instead of 635; of 4 writes 1500 instead of 1610 and of 8 reads the same as without.
#pragma once

#include <liburing.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace pontoon {

class IoBatch {
public:
    static constexpr std::size_t kMost = 64;
    static constexpr std::size_t kWorthWriting = 4; // with fewer, system calls are quicker
    static constexpr std::size_t kWorthReading = 12;

    // The calling thread's, which it makes the first time; null where the kernel gives none.
    [[nodiscard]] static IoBatch* of_this_thread();

    // Whether `fd`, a TAP device with IFF_VNET_HDR, can be asked not to wait (RWF_NOWAIT); not with old kernels.
    [[nodiscard]] static bool works_with(int fd);

    IoBatch(const IoBatch&) = delete;
    IoBatch& operator=(const IoBatch&) = delete;
    ~IoBatch();

    // At most kMost between two runs. The bytes have to stay until `run` returns.
    void read(int fd, void* to, std::size_t bytes);
    void write(int fd, const void* from, std::size_t bytes);

    // Does them all. The results, bytes or -errno, in order; they are valid until the next run.
    std::span<const int> run();

private:
    IoBatch() = default;
    [[nodiscard]] static std::unique_ptr<IoBatch> make();

    io_uring ring_{};
    bool open_ = false;
    std::size_t count_ = 0;
    std::array<int, kMost> results_{};
};

} // namespace pontoon
