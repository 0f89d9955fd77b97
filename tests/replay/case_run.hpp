// One case through one switch.
#pragma once

#include <set>
#include <string>

#include "tests/replay/case_file.hpp"

namespace pontoon::test {

struct CaseResult {
    std::string failure;      // empty: all as expected
    std::string statistics;   // as `pontoon replay` prints them
    std::set<Reason> reasons; // that dropped something
};

// Runs `test` with so many workers and that seed. The EAL runs.
[[nodiscard]] CaseResult run_case(const Case& test, unsigned workers, std::uint64_t seed);

} // namespace pontoon::test
