// A container's log, as Docker's json-file: {"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"},
// a line each.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "control/unique_fd.hpp"
#include "tools/cli/times.hpp"

namespace pontoon {

struct LogLine {
    std::string text; // with its newline, if it had one
    std::string stream;
    Moment time;
};

class LogWriter {
public:
    // Throws std::runtime_error if the file cannot be opened.
    explicit LogWriter(const std::filesystem::path& file);

    // Lines are written when they end or are longer than 16 KiB.
    void take(bool is_error, std::string_view bytes, Moment now);
    // What has no end yet.
    void flush(Moment now);

private:
    void write(bool is_error, std::string_view line, Moment now);
    UniqueFd fd_;
    std::string open_[2]; // of stdout and stderr
};

// What a line of the file says; nothing if it is not one.
[[nodiscard]] std::optional<LogLine> parse_log_line(std::string_view line);

} // namespace pontoon
