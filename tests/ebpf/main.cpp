// Runs all tests of the eBPF programs, in a network namespace of their own. Needs root.
#include <sched.h>

#include <cstdio>

#include "tests/catch/runner.hpp"

int main(int argc, char** argv) {
    if (::unshare(CLONE_NEWNET) != 0) {
        std::perror("ebpf_tests: cannot make a network namespace");
        return 2;
    }
    return pontoon::run_catch(argc, argv);
}
