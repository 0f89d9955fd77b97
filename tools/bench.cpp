#include "tools/bench.hpp"
namespace pontoon {
int bench_main(std::span<char*>) {
    return 2;
}
} // namespace pontoon
