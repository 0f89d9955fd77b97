// The collection of real captures beside the project, where there is one.
#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/source_root.hpp" // in the build directory

namespace pontoon {

inline std::vector<std::filesystem::path> real_captures(const std::string& folder = "") {
    const std::filesystem::path root = std::filesystem::path(PONTOON_SOURCE_ROOT) / "../shared/pcaps" / folder;
    std::vector<std::filesystem::path> files;
    if (!std::filesystem::is_directory(root)) {
        WARN("skipped: there are no captures in ../shared/pcaps");
        return files;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".pcap" || entry.path().extension() == ".pcapng") {
            files.push_back(entry.path());
        }
    }
    return files;
}

} // namespace pontoon
