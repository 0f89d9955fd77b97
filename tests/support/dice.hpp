// Random choices that a seed repeats, the same with every standard library.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace pontoon::test {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }
    [[nodiscard]] unsigned between(unsigned least, unsigned most) { return least + below(most - least + 1); }
    [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }
    template <typename T>
    [[nodiscard]] const T& pick(const std::vector<T>& choices) {
        return choices.at(below(static_cast<unsigned>(choices.size())));
    }

private:
    std::mt19937_64 random_;
};

} // namespace pontoon::test
