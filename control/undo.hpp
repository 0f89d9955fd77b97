// What has to be undone when a later step fails: runs in reverse unless `keep` is called.
#pragma once

#include <spdlog/spdlog.h>

#include <exception>
#include <functional>
#include <ranges>
#include <utility>
#include <vector>

namespace pontoon {

class Undo {
public:
    Undo() = default;
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    ~Undo() {
        for (auto& step : std::views::reverse(steps_)) {
            try {
                step();
            } catch (const std::exception& error) {
                spdlog::error("undoing: {}", error.what());
            }
        }
    }

    void later(std::function<void()> step) { steps_.push_back(std::move(step)); }
    void keep() { steps_.clear(); }

private:
    std::vector<std::function<void()>> steps_;
};

} // namespace pontoon
