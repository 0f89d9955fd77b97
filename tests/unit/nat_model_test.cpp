// The engine's NAT against the reference (tests/support/reference_nat.hpp). PONTOON_NAT_STEPS, PONTOON_NAT_SEED and
// PONTOON_NAT_WORKERS make it longer or repeat a failure.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>

#include "tests/unit/nat_match.hpp"
#include "tools/memory_switch.hpp"

namespace pontoon::test {

namespace {

class EngineUnderTest final : public NatUnderTest {
public:
    EngineUnderTest(unsigned workers, std::uint64_t seed) : switch_({workers, seed}) {}

    void publish(const Config& config) override {
        switch_.attach(config);
        switch_.publish(config);
    }

    PortFrames run(std::uint64_t now, const PortFrames& frames) override {
        for (const auto& [port, frame] : frames) {
            switch_.feed(port, frame, frame.size());
        }
        PortFrames sent;
        switch_.run(now, [&](const std::string& port, std::span<const std::uint8_t> frame) {
            sent.emplace_back(port, Bytes(frame.begin(), frame.end()));
        });
        return sent;
    }

    std::map<std::string, std::uint64_t> drops() override {
        const auto stats = switch_.engine().stats();
        std::map<std::string, std::uint64_t> drops;
        for (std::size_t i = 0; i < kReasonCount; ++i) {
            if (stats.total.drops[i] != 0) {
                drops[std::string(kReasonTexts[i].name)] = stats.total.drops[i];
            }
        }
        return drops;
    }

    std::string complaint() override {
        const auto stats = switch_.engine().stats();
        return !stats.is_conserved()                              ? "packets are not conserved"
               : stats.held == 0 && switch_.buffers_in_use() != 0 ? "packet buffers leak"
                                                                  : "";
    }

private:
    MemorySwitch switch_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::stoull(value);
}

} // namespace

TEST_CASE("the engine's NAT does what the reference does", "[.][nat-model]") {
    constexpr std::uint64_t match = 10'000;
    std::uint64_t left = from_environment("PONTOON_NAT_STEPS", 200'000);
    std::uint64_t seed = from_environment("PONTOON_NAT_SEED", 1);
    const bool one = std::getenv("PONTOON_NAT_SEED") != nullptr && std::getenv("PONTOON_NAT_WORKERS") != nullptr;
    constexpr std::array<unsigned, 3> workers{1, 2, 4};
    std::map<std::string, std::uint64_t> outcomes;
    for (; left > 0; ++seed) {
        const auto steps = one ? left : std::min(left, match);
        const auto count = static_cast<unsigned>(from_environment("PONTOON_NAT_WORKERS", workers[seed % 3]));
        EngineUnderTest engine(count, seed);
        NatMatch match_of_both({seed, count, steps}, engine);
        const auto failure = match_of_both.play();
        if (!failure.empty()) {
            std::cerr << failure << '\n'; // Catch would break its lines
            FAIL("seed " << seed << ", " << count << " workers");
        }
        for (const auto& [what, times] : match_of_both.outcomes()) {
            outcomes[what] += times;
        }
        left -= steps;
    }
    if (std::getenv("PONTOON_NAT_STEPS") != nullptr) {
        for (const auto& [what, times] : outcomes) {
            std::cout << times << ' ' << what << '\n';
        }
    }
    SUCCEED();
}

} // namespace pontoon::test
