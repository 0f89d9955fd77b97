// The engine's NAT against the reference (tests/support/reference_nat.hpp). PONTOON_NAT_STEPS, PONTOON_NAT_SEED and
// PONTOON_NAT_WORKERS make it longer or repeat a failure.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>

#include "tests/support/sums.hpp"
#include "tests/unit/nat_match.hpp"
#include "tools/memory_switch.hpp"

namespace pontoon::test::nat_model_test {

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

// What comes back when whoever got `left` on `port` answers it.
std::string answered(EngineUnderTest& engine, std::uint64_t now, const std::string& port, const Datagram& left) {
    Datagram answer = left;
    std::swap(answer.to, answer.from);
    answer.ttl = 64;
    if (answer.protocol == kIcmp) {
        answer.transport[0] = kEchoReply;
    }
    if (answer.protocol == kTcp) { // SYN, ACK of the SYN
        Bytes sequence(left.transport.begin() + 4, left.transport.begin() + 8);
        for (std::size_t at = 4; at-- > 0 && ++sequence[at] == 0;) {
        }
        std::ranges::copy(sequence, answer.transport.begin() + 8);
        answer.transport[13] = 0x12;
    }
    if (answer.protocol == kSctp) {
        answer.transport[12] = 2; // INIT ACK
        answer.transport[7] = 77; // the tag of the INIT
    }
    rewrite(answer, tuple_of(left).reversed());
    seal(answer);
    const auto sent = engine.run(now, {{port, frame_of(answer)}});
    const auto back = sent.empty() ? std::nullopt : datagram_of(sent[0].second);
    const auto wrong = back ? find_wrong_sum(sent[0].second) : std::nullopt;
    return !back ? "nothing" : wrong ? *wrong : text_of(tuple_of(*back));
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::stoull(value);
}

} // namespace

TEST_CASE("the engine's NAT does what the reference does", "[nat-model]") {
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

// What every translation has to be able to do: be undone.
TEST_CASE("the answer to what the NAT made of a packet comes back as the answer to that packet", "[nat-model]") {
    Dice dice(from_environment("PONTOON_NAT_SEED", 1));
    unsigned translated = 0;
    for (unsigned world_number = 0; world_number < 20; ++world_number) {
        NatWorld world(dice);
        EngineUnderTest engine(1 + world_number % 3, world_number);
        engine.publish(world.config());
        for (unsigned i = 0; i < 500; ++i) {
            const std::uint64_t now = (1000 + 1000ULL * i) * kSecond; // earlier flows have ended
            ReferenceNat nobody(1);
            NatTraffic traffic(dice, world, nobody);
            const auto asked = traffic.next();
            if (!asked.cuts.empty() || asked.whole.is_error() || asked.whole.is_echo(kEchoReply)) {
                continue;
            }
            const auto sent = engine.run(now, {{asked.port, frame_of(asked.whole)}});
            const auto left = sent.empty() ? std::nullopt : datagram_of(sent[0].second);
            if (!left || left->ttl == asked.whole.ttl || left->is_echo(kEchoReply)) {
                continue; // dropped, bridged, or answered by a gateway
            }
            ++translated;
            INFO(asked.port << ": " << text_of(asked.whole) << " => " << text_of(*left));
            CHECK(answered(engine, now, sent[0].first, *left) == text_of(tuple_of(asked.whole).reversed()));
        }
    }
    CHECK(translated > 1000);
}

} // namespace pontoon::test::nat_model_test
