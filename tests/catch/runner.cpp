#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // gcc 12 sees one in <regex>, which Catch uses (GCC bug 105562)
#endif

#define CATCH_CONFIG_RUNNER
#include "tests/catch/runner.hpp"

#include <catch2/catch.hpp>

namespace pontoon {

int run_catch(int argc, char** argv) {
    return Catch::Session().run(argc, argv);
}

} // namespace pontoon
