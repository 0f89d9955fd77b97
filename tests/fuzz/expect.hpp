// A claim that ends the fuzzer where it is wrong; unlike assert, also in release builds.
#pragma once

#include <cstdio>
#include <cstdlib>

#define EXPECT(claim)                                                                                                  \
    do {                                                                                                               \
        if (!(claim)) {                                                                                                \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #claim);                                   \
            std::abort();                                                                                              \
        }                                                                                                              \
    } while (false)
