// Runs all tests of the eBPF programs, in a network namespace of their own. Needs root.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <sched.h>

#include <cstdio>

int main(int argc, char** argv) {
    if (::unshare(CLONE_NEWNET) != 0) {
        std::perror("ebpf_tests: cannot make a network namespace");
        return 2;
    }
    return Catch::Session().run(argc, argv);
}
