// Small text files: read whole, and written in place, so that who has the file mounted sees what is written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pontoon {

inline constexpr std::size_t kSmallFile = std::size_t{1} << 20; // bytes; what a container wrote may be of any size

// Nothing where it cannot be read, is no regular file, or is larger.
[[nodiscard]] std::optional<std::string> read_small_file(const std::filesystem::path& file);

// Keeps the inode. Readers meanwhile may see old behind new, never nothing. Throws std::runtime_error that names it.
void write_in_place(const std::filesystem::path& file, std::string_view text);

} // namespace pontoon
