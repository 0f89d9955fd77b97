// Starts the EAL once and then runs all tests.
#include <rte_log.h>

#include "dataplane/port/eal.hpp"
#include "tests/catch/runner.hpp"

int main(int argc, char** argv) {
    const pontoon::Eal eal(
        {.hugepages = pontoon::Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
    rte_log_set_global_level(RTE_LOG_EMERG); // some tests make devices that must fail
    return pontoon::run_catch(argc, argv);
}
