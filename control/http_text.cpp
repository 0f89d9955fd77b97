#include "control/http_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace pontoon {

namespace {

std::string decoded(std::string_view text, bool plus_is_space) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && text.size() - i > 2 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            plain += static_cast<char>(byte);
            i += 2;
        } else {
            plain += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return plain;
}

// How many bytes the character at the beginning of `text` has, or 0 if it is none (RFC 3629).
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto follows = [&](std::size_t i, std::uint8_t least, std::uint8_t most) {
        return i < text.size() && byte(i) >= least && byte(i) <= most;
    };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const std::uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80; // no overlong ones
    const std::uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;  // no surrogates, none too large
    bool good = follows(1, least, most);
    for (std::size_t i = 2; i < length; ++i) {
        good = good && follows(i, 0x80, 0xbf);
    }
    return good ? length : 0;
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

} // namespace

std::string path_decoded(std::string_view text) {
    return decoded(text, false);
}

std::string query_decoded(std::string_view text) {
    return decoded(text, true);
}

std::string as_utf8(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const auto length = character_length(text);
        valid += length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return valid;
}

std::optional<VersionedPath> split_version(std::string_view path) {
    if (!path.starts_with("/v")) {
        return std::nullopt;
    }
    const auto end = std::min(path.find('/', 1), path.size());
    const auto dot = path.find('.');
    if (dot >= end) {
        return std::nullopt;
    }
    const auto major = number(path.substr(2, dot - 2));
    const auto minor = number(path.substr(dot + 1, end - dot - 1));
    if (!major || !minor) {
        return std::nullopt;
    }
    return VersionedPath{*major, *minor, path.substr(end)};
}

std::string version_refusal(const VersionedPath& path) {
    const auto asked = fmt::format("{}.{}", path.major, path.minor);
    if (path.major > kApiMajor || (path.major == kApiMajor && path.minor > kNewestApi)) {
        return fmt::format("client version {} is too new. Maximum supported API version is {}.{}", asked, kApiMajor,
                           kNewestApi);
    }
    if (path.major < kApiMajor || path.minor < kOldestApi) {
        return fmt::format("client version {} is too old. Minimum supported API version is {}.{}, please upgrade your "
                           "client to a newer version",
                           asked, kApiMajor, kOldestApi);
    }
    return {};
}

} // namespace pontoon
