// Starts the EAL once and then runs all tests.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // gcc 12 sees one in <regex>, which Catch uses (GCC bug 105562)
#endif

#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <rte_log.h>

#include "dataplane/port/eal.hpp"

int main(int argc, char** argv) {
    const pontoon::Eal eal(
        {.hugepages = pontoon::Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
    rte_log_set_global_level(RTE_LOG_EMERG); // some tests make devices that must fail
    return Catch::Session().run(argc, argv);
}
