// A fragment table and the packets it is asked about.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/ip/fragments.hpp"
#include "tests/unit/buffers.hpp"
#include "tests/unit/parsed.hpp"

namespace pontoon {

inline constexpr Nanoseconds kSecond = 1'000'000'000;
inline constexpr Nanoseconds kStart = 5 * kSecond;
inline constexpr FlowPorts kFlowPorts{be16{40000}, be16{53}};

inline FragmentKey key(std::uint16_t id, std::uint8_t protocol = protocol::kUdp) {
    return {Ipv4{be32{0xac120002}}, Ipv4{be32{0x08080808}}, be16{id}, protocol, 1};
}

class Fragments {
public:
    explicit Fragments(std::uint64_t seed = 1) : table(seed) {}
    ~Fragments() {
        CHECK_FALSE(table.take().has_value());
        drain(kStart + 1000 * kSecond);
        CHECK(table.held() == 0);
        CHECK(table.packets() == 0);
    }

    // "ports", "held" or the reason of the drop. A held packet bears `mark`.
    std::string resolve(const FragmentKey& key, unsigned offset, unsigned length, bool more, Nanoseconds now,
                        std::uint8_t mark = 0) {
        Buffer mbuf(pool.copy(frames::Bytes{mark}));
        REQUIRE(mbuf);
        const auto ports = offset == 0 ? std::optional(kFlowPorts) : std::nullopt;
        const auto outcome = table.resolve(key, offset, length, more, ports, mbuf.get(), mark, now);
        using Kind = FragmentTable::Outcome::Kind;
        switch (outcome.kind) {
        case Kind::ports:
            REQUIRE(outcome.ports == kFlowPorts);
            REQUIRE(outcome.reason == Reason::none);
            return "ports";
        case Kind::held: mbuf.release(); return "held";
        case Kind::dropped: break;
        }
        return std::string(name_of(outcome.reason));
    }
    std::string first(const FragmentKey& key, Nanoseconds now, bool more = true) {
        return resolve(key, 0, 16, more, now);
    }
    std::string later(const FragmentKey& key, Nanoseconds now, std::uint8_t mark = 0) {
        return resolve(key, 16, 16, true, now, mark);
    }

    // Marks of what waited, each the mbuf's and the port's.
    std::vector<int> taken() {
        std::vector<int> marks;
        while (const auto piece = table.take()) {
            marks.push_back(mark_of(piece->mbuf, piece->in));
        }
        return marks;
    }

    // Marks and reasons of what was given up.
    using GivenUp = std::vector<std::pair<int, Reason>>;
    GivenUp sweep(Nanoseconds now, std::size_t sets = FragmentTable::kSets) {
        GivenUp all;
        table.sweep(
            now, [&](rte_mbuf* mbuf, PortId in, Reason reason) { all.emplace_back(mark_of(mbuf, in), reason); }, sets);
        return all;
    }
    void drain(Nanoseconds now) { sweep(now); }

    TestPool pool;
    FragmentTable table;

private:
    static int mark_of(rte_mbuf* mbuf, PortId in) {
        const Buffer owner(mbuf);
        CHECK(*rte_pktmbuf_mtod(mbuf, std::uint8_t*) == in);
        return in;
    }
};

} // namespace pontoon
