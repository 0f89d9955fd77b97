#include "control/http_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

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
