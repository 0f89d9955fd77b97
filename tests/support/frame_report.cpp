#include "tests/support/frame_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dataplane/observe/trace.hpp"

namespace pontoon::test {

namespace {

constexpr std::size_t kRow = 16;
constexpr int kMostRows = 8;

std::string hex_row(const Bytes& frame, std::size_t at) {
    std::string hex;
    std::string text;
    for (std::size_t i = at; i < std::min(at + kRow, frame.size()); ++i) {
        hex += fmt::format(" {:02x}", frame[i]);
        text += frame[i] >= 0x20 && frame[i] < 0x7f ? static_cast<char>(frame[i]) : '.';
    }
    return fmt::format("{:04x} {:<48}  {}", at, hex, text);
}

std::string marks(const Bytes& expected, const Bytes& actual, std::size_t at) {
    std::string line;
    for (std::size_t i = at; i < at + kRow; ++i) {
        const bool both = i < expected.size() && i < actual.size();
        const bool one = i < expected.size() || i < actual.size();
        line += (both ? expected[i] != actual[i] : one) ? " ^^" : "   ";
    }
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

bool same_row(const Bytes& expected, const Bytes& actual, std::size_t at) {
    const auto row = [at](const Bytes& frame) {
        return std::span(frame)
            .subspan(std::min(at, frame.size()))
            .first(std::min(kRow, frame.size() - std::min(at, frame.size())));
    };
    return std::ranges::equal(row(expected), row(actual));
}

} // namespace

std::string summary(const Bytes& frame) {
    return describe(frame, static_cast<std::uint32_t>(frame.size()));
}

std::string difference(const Bytes& expected, const Bytes& actual) {
    std::string text = fmt::format("expected  {}\nactual    {}\n", summary(expected), summary(actual));
    int rows = 0;
    for (std::size_t at = 0; at < std::max(expected.size(), actual.size()); at += kRow) {
        if (same_row(expected, actual, at)) {
            continue;
        }
        if (++rows > kMostRows) {
            return text + "  and more\n";
        }
        text += fmt::format("- {}\n+ {}\n       {}\n", hex_row(expected, at), hex_row(actual, at),
                            marks(expected, actual, at));
    }
    return text;
}

} // namespace pontoon::test
