// Catch itself, which takes long to compile: once for all programs of tests.
#pragma once

namespace pontoon {

// What main returns.
[[nodiscard]] int run_catch(int argc, char** argv);

} // namespace pontoon
