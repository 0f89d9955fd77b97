// Where the machine has its cgroups.
#pragma once

#include <iosfwd>
#include <string>

namespace pontoon {

// The mount point of the cgroup2 file system's root, from the lines of /proc/self/mountinfo; empty if there is none.
[[nodiscard]] std::string cgroup2_mount(std::istream& mountinfo);
[[nodiscard]] std::string cgroup2_mount();

} // namespace pontoon
