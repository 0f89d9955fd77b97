// Text as URLs and JSON carry it, and the version in front of Docker's paths.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pontoon {

// %XX as the byte it means; what is none stays. In queries '+' is a space.
[[nodiscard]] std::string path_decoded(std::string_view text);
[[nodiscard]] std::string query_decoded(std::string_view text);

// "/v1.45/networks": version 1.45 and "/networks".
struct VersionedPath {
    unsigned major = 0;
    unsigned minor = 0;
    std::string_view rest;
};

// Nothing if the path begins with no version.
[[nodiscard]] std::optional<VersionedPath> split_version(std::string_view path);

// Why Docker's API is not spoken in this version, or empty.
inline constexpr unsigned kApiMajor = 1;
inline constexpr unsigned kOldestApi = 24;
inline constexpr unsigned kNewestApi = 50;
[[nodiscard]] std::string version_refusal(const VersionedPath& path);

} // namespace pontoon
