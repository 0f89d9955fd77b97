// Writes a container's log: `logs`.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "tools/run/log_file.hpp"

namespace pontoon {

struct LogView {
    std::optional<std::size_t> tail; // the last lines only
    std::optional<Moment> since;
    std::optional<Moment> until;
    bool timestamps = false;
    bool follow = false;
};

// Calls `line` for each line that the view has, in order. With `follow` goes on until `running` says false and nothing
// is left.
void show_log(const std::filesystem::path& file, const LogView& view,
              const std::function<void(const LogLine& line)>& line, const std::function<bool()>& running);

} // namespace pontoon
