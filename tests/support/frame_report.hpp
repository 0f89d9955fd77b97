// Frames for people who look for the difference.
#pragma once

#include <string>

#include "tests/support/bytes.hpp"

namespace pontoon::test {

// One line as `pontoon replay --trace` puts it.
[[nodiscard]] std::string summary(const Bytes& frame);

// Both frames in words, then their bytes: only the lines that differ, `-` expected and `+` actual, a `^` under each
// byte.
[[nodiscard]] std::string difference(const Bytes& expected, const Bytes& actual);

} // namespace pontoon::test
