#include "tools/run/log_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "control/utf8.hpp"
#include "tools/cli/json_fields.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxLine = 16384;

} // namespace

LogWriter::LogWriter(const std::filesystem::path& file)
    : fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)) {
    if (fd_.get() < 0) {
        throw std::runtime_error(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
}

void LogWriter::take(bool is_error, std::string_view bytes, Moment now) {
    auto& open = open_[is_error ? 1 : 0];
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        const auto room = kMaxLine - open.size();
        const auto size = std::min(room, newline == std::string_view::npos ? bytes.size() : newline + 1);
        open += bytes.substr(0, size);
        bytes.remove_prefix(size);
        if (open.back() == '\n' || open.size() >= kMaxLine) {
            write(is_error, open, now);
            open.clear();
        }
    }
}

void LogWriter::flush(Moment now) {
    for (const bool is_error : {false, true}) {
        auto& open = open_[is_error ? 1 : 0];
        if (!open.empty()) {
            write(is_error, open, now);
            open.clear();
        }
    }
}

void LogWriter::write(bool is_error, std::string_view line, Moment now) {
    const auto record =
        json::serialize(
            json::object{{"log", as_utf8(line)}, {"stream", is_error ? "stderr" : "stdout"}, {"time", rfc3339(now)}}) +
        "\n";
    // A full disk costs lines of the log, not the container.
    [[maybe_unused]] const auto written = ::write(fd_.get(), record.data(), record.size());
}

std::optional<LogLine> parse_log_line(std::string_view line) {
    boost::system::error_code error;
    const auto value = json::parse(line, error);
    const auto time = error ? std::nullopt : parse_rfc3339(text_field(value, {"time"}));
    if (!time || !field(value, {"log"}).is_string()) {
        return std::nullopt;
    }
    return LogLine{text_field(value, {"log"}), text_field(value, {"stream"}), *time};
}

} // namespace pontoon
