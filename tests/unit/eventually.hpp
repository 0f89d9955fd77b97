// Waiting for what another thread does, without a sleep that may be too short.
#pragma once

#include <chrono>
#include <thread>

namespace pontoon {

// False: it did not come true within half a minute.
template <typename Condition>
[[nodiscard]] bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

} // namespace pontoon
