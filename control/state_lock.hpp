// One daemon a state directory: a lock on DIR/lock that goes with the process, however it ends.
#pragma once

#include <filesystem>

#include "control/unique_fd.hpp"

namespace pontoon {

class StateLock {
public:
    // Makes the directory if it is not there. Throws std::runtime_error that names it, and the process that has it.
    explicit StateLock(const std::filesystem::path& directory);

private:
    UniqueFd fd_;
};

} // namespace pontoon
