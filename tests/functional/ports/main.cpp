// Tests of ports on real devices. Runs in a network namespace of its own, which ends with it.
#include <sched.h>

#include <cstdio>
#include <fstream>

#include "dataplane/port/eal.hpp"
#include "tests/catch/runner.hpp"

int main(int argc, char** argv) {
    if (::unshare(CLONE_NEWNET) != 0) {
        std::perror("port_tests: cannot make a network namespace");
        return 2;
    }
    std::ofstream("/proc/sys/net/ipv6/conf/default/disable_ipv6") << 1; // or every new interface speaks first
    const pontoon::Eal eal(
        {.hugepages = pontoon::Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
    return pontoon::run_catch(argc, argv);
}
