#include "tools/run/log_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "tools/cli/json_fields.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxLine = 16384;

// How many bytes the character that begins here has; 0 if it is none. Source: RFC 3629, section 4.
std::size_t character(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
    const auto follows = [&](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
    const auto first = at(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return follows(1) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
        const bool lawful = !(first == 0xe0 && at(1) < 0xa0) && !(first == 0xed && at(1) > 0x9f);
        return lawful && follows(1) && follows(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool lawful = !(first == 0xf0 && at(1) < 0x90) && !(first == 0xf4 && at(1) > 0x8f);
        return lawful && follows(1) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

std::string utf8_of(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const auto size = character(bytes);
        text += size == 0 ? std::string_view("\xef\xbf\xbd") : bytes.substr(0, size);
        bytes.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return text;
}

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
            json::object{{"log", utf8_of(line)}, {"stream", is_error ? "stderr" : "stdout"}, {"time", rfc3339(now)}}) +
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
