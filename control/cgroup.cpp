#include "control/cgroup.hpp"

#include <fstream>
#include <sstream>

namespace pontoon {

namespace {

// The kernel writes blanks and backslashes in paths as three octal digits.
std::string unescaped(const std::string& path) {
    std::string plain;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\' && i + 3 < path.size()) {
            plain += static_cast<char>(std::stoi(path.substr(i + 1, 3), nullptr, 8));
            i += 3;
        } else {
            plain += path[i];
        }
    }
    return plain;
}

} // namespace

// "35 28 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw" (proc(5)): any number of fields before "-".
std::string cgroup2_mount(std::istream& mountinfo) {
    for (std::string line; std::getline(mountinfo, line);) {
        std::istringstream fields(line);
        std::string id;
        std::string parent;
        std::string device;
        std::string root;
        std::string point;
        std::string field;
        fields >> id >> parent >> device >> root >> point;
        while (fields >> field && field != "-") {
        }
        if (fields >> field && field == "cgroup2" && root == "/") {
            return unescaped(point);
        }
    }
    return {};
}

std::string cgroup2_mount() {
    std::ifstream mountinfo("/proc/self/mountinfo");
    return cgroup2_mount(mountinfo);
}

} // namespace pontoon
