#include "dataplane/waker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon {

Waker::Waker() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (event_ < 0) {
        throw std::runtime_error(std::string("no eventfd for a worker: ") + std::strerror(errno));
    }
}

Waker::~Waker() {
    ::close(event_);
}

// Of several that find it asleep one writes.
void Waker::signal() {
    if (asleep_.exchange(false, std::memory_order_relaxed)) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one); // there is always room for one more
    }
}

} // namespace pontoon
