// Any bytes as the life of a switch that translates: packets of few flows that meet each other, what answers to them
// and errors about them, pieces, tags, chains of buffers, configurations that change under them, and a clock that
// leaps. Packets are conserved, no buffer leaks, no flow is lost or counted twice, and every checksum that leaves is
// right.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <deque>

#include "tests/fuzz/expect.hpp"
#include "tests/fuzz/fuzzed_nat.hpp"
#include "tests/fuzz/nat_configs.hpp"
#include "tests/support/datagram.hpp"
#include "tests/support/sums.hpp"

namespace pontoon {

namespace {

using test::Bytes;
using test::Datagram;

Ipv4 any_address(FuzzedDataProvider& input) {
    static const std::vector<Ipv4> all = nat_addresses();
    return all[input.ConsumeIntegralInRange<std::size_t>(0, all.size() - 1)];
}

std::uint16_t any_transport_port(FuzzedDataProvider& input) {
    constexpr std::array<std::uint16_t, 8> few{0, 53, 80, 81, 7000, 8000, 8001, 65535};
    const auto number = input.ConsumeIntegralInRange<std::uint16_t>(0, 19);
    return number < few.size() ? few[number] : static_cast<std::uint16_t>(kFirstNatPort + number - few.size());
}

Bytes any_transport(FuzzedDataProvider& input, std::uint8_t protocol) {
    test::Writer writer;
    writer.u16(any_transport_port(input)).u16(any_transport_port(input));
    const auto length = input.ConsumeIntegralInRange<std::size_t>(0, input.ConsumeBool() ? 40 : 3000);
    if (protocol == test::kIcmp) {
        constexpr std::array<std::uint8_t, 6> types{0, 8, 13, 14, 3, 17};
        Bytes icmp{types[input.ConsumeIntegralInRange<std::size_t>(0, 5)], 0, 0, 0};
        const Bytes rest = writer.zeros(length).take();
        icmp.insert(icmp.end(), rest.begin(), rest.end());
        return icmp;
    }
    if (protocol == test::kTcp) {
        writer.u32(input.ConsumeIntegral<std::uint8_t>()).u32(input.ConsumeIntegral<std::uint8_t>());
        writer.u8(0x50).u8(input.ConsumeIntegral<std::uint8_t>()).u16(1000).u32(0);
    } else if (protocol == test::kUdp) {
        writer.u16(8 + length).u16(0);
    } else if (protocol == test::kSctp) {
        writer.u32(0).u32(0).u8(input.ConsumeIntegralInRange<std::uint8_t>(0, 15)).u8(0).u16(4);
    }
    return writer.zeros(length).take();
}

void turn_round(Datagram& d, FuzzedDataProvider& input) {
    std::swap(d.to, d.from);
    d.ttl = 64;
    d.fragment = 0;
    std::swap(d.source, d.destination);
    if (d.protocol == test::kIcmp && !d.transport.empty()) {
        d.transport[0] = d.transport[0] == 8 ? 0 : 8;
    } else if (d.transport.size() >= 4) {
        std::swap_ranges(d.transport.begin(), d.transport.begin() + 2, d.transport.begin() + 2);
    }
    if (d.protocol == test::kTcp && d.transport.size() >= 20) {
        d.transport[13] = input.ConsumeIntegral<std::uint8_t>();
        if (input.ConsumeBool()) { // acknowledges one more than was sent
            std::swap_ranges(d.transport.begin() + 4, d.transport.begin() + 8, d.transport.begin() + 8);
            ++d.transport[11];
        }
    } else if (d.protocol == test::kSctp && d.transport.size() >= 13) {
        d.transport[12] = input.ConsumeIntegralInRange<std::uint8_t>(0, 15);
    }
}

bool has_length(const Datagram& d) {
    const std::size_t least = d.protocol == test::kTcp ? 20 : d.protocol == test::kSctp ? 16 : 8;
    return d.transport.size() >= least;
}

class Life {
public:
    explicit Life(unsigned workers) : switch_(workers, nat_config(0)) {
        if (workers % 2 == 0) {
            switch_.engine().set_trace(&trace_);
        }
    }

    void live(FuzzedDataProvider& input) {
        start();
        while (input.remaining_bytes() != 0) {
            switch (input.ConsumeIntegralInRange(0, 9)) {
            case 0: switch_.engine().publish(nat_config(input.ConsumeIntegral<std::uint16_t>())); break;
            case 1: now_ += Nanoseconds{1} << input.ConsumeIntegralInRange(0U, 53U); break;
            case 2: break; // a turn with nothing
            default:
                for (unsigned more = input.ConsumeIntegralInRange(0U, 4U); more != 0; --more) {
                    feed_any(input);
                }
            }
            run();
        }
    }

private:
    // Forgets the life before, but for the clock, and holds the number of all flows against the truth.
    void start() {
        switch_.engine().publish({});
        now_ += 10'000'000'000;
        run();
        now_ += 10'000'000'000;
        run();
        now_ += 10'000'000'000;
        run();
        const auto before = switch_.engine().stats().flows;
        EXPECT(before.active == 0 && switch_.engine().stats().held == 0);
        Config one = nat_config(0);
        one.conntrack.max = 1;
        switch_.engine().publish(one);
        for (std::uint16_t port = 1; port <= 2; ++port) {
            Datagram first{one.networks[0].gateway_mac, one.endpoints[0].mac, one.endpoints[0].ipv4, kRemote,
                           test::kUdp};
            first.transport = test::Writer().u16(port).u16(53).u16(8).u16(0).take();
            feed("e0", first);
        }
        run();
        const auto after = switch_.engine().stats().flows;
        EXPECT(after.created == before.created + 1 && after.refused == before.refused + 1);
        switch_.engine().publish(nat_config(0));
        left_.clear();
    }

    void feed_any(FuzzedDataProvider& input) {
        const auto port = any_port(input);
        Datagram d;
        const auto kind = input.ConsumeIntegralInRange(0U, 9U);
        if (kind < 4 || left_.empty()) {
            constexpr std::array<std::uint8_t, 6> protocols{1, 6, 17, 17, 132, 47};
            d.protocol = protocols[input.ConsumeIntegralInRange<std::size_t>(0, 5)];
            d.to = input.ConsumeIntegralInRange(0U, 15U) == 0 ? kBroadcast : receiver_mac(port);
            d.from = mac_behind(port);
            d.source = input.ConsumeBool() ? address_behind(port) : any_address(input);
            d.destination = any_address(input);
            d.ttl = input.ConsumeIntegralInRange<std::uint8_t>(1, 6);
            d.id = input.ConsumeIntegralInRange<std::uint16_t>(0, 3);
            d.transport = any_transport(input, d.protocol);
        } else if (kind == 9) {
            return feed_arp(input);
        } else {
            const auto& [out, left] = left_[input.ConsumeIntegralInRange<std::size_t>(0, left_.size() - 1)];
            d = left;
            turn_round(d, input);
            if (kind == 8) {
                Datagram error = d;
                error.protocol = test::kIcmp;
                error.source = input.ConsumeBool() ? d.source : any_address(input);
                error.transport = test::error_about(input.ConsumeBool() ? 3 : 11, 4, left,
                                                    input.ConsumeIntegralInRange<std::size_t>(8, 40));
                d = error;
            }
            return feed_cut(input, out, d);
        }
        feed_cut(input, port, d);
    }

    // Whole, or in pieces of any order.
    void feed_cut(FuzzedDataProvider& input, const std::string& port, Datagram d) {
        if (has_length(d)) {
            test::seal(d, input.ConsumeBool());
        }
        if (d.fragment != 0 || d.transport.size() < 24 || input.ConsumeIntegralInRange(0U, 3U) != 0) {
            return feed(port, d, &input);
        }
        const std::size_t cut = input.ConsumeIntegralInRange<std::size_t>(1, (d.transport.size() - 1) / 8) * 8;
        auto pieces = test::pieces_of(d, {cut});
        if (input.ConsumeBool()) {
            std::swap(pieces.front(), pieces.back());
        }
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (input.ConsumeIntegralInRange(0U, 7U) != 0) {
                feed(port, pieces[i], &input);
            }
        }
    }

    void feed_arp(FuzzedDataProvider& input) {
        const Mac mac = mac_of(any_address(input));
        const bool broadcast = input.ConsumeBool();
        test::Writer frame;
        frame.put(broadcast ? kBroadcast : kUplinkMac).put(mac).u16(0x0806).u16(1).u16(0x0800).u8(6).u8(4);
        frame.u16(input.ConsumeIntegralInRange(1U, 2U)).put(mac).put(any_address(input)).put(Mac{});
        feed_frame(kUplinkName, frame.put(any_address(input)).zeros(18).take(), 0);
    }

    void feed(const std::string& port, const Datagram& d, FuzzedDataProvider* input = nullptr) {
        Bytes frame = test::frame_of(d);
        if (input == nullptr) {
            return feed_frame(port, frame, 0);
        }
        switch (input->ConsumeIntegralInRange(0U, 15U)) {
        case 0: frame.insert(frame.begin() + 12, {0x81, 0, 0, 0}); break;
        case 1: make_partial(frame, input->ConsumeBool()); break;
        case 2: frame.resize(frame.size() + input->ConsumeIntegralInRange(0U, 40U)); break;
        case 3:
            frame[input->ConsumeIntegralInRange<std::size_t>(0, std::min<std::size_t>(frame.size() - 1, 80))] ^=
                input->ConsumeIntegral<std::uint8_t>();
            break;
        default: break;
        }
        const auto chained = input->ConsumeIntegralInRange(0U, 7U) == 0;
        feed_frame(port, frame, chained ? input->ConsumeIntegralInRange(1U, 120U) : 0);
    }

    static void make_partial(Bytes& frame, bool header_too) {
        const std::uint8_t protocol = frame[23];
        const std::size_t field = 34U + (protocol == test::kTcp ? 16U : 6U);
        if ((protocol != test::kTcp && protocol != test::kUdp) || frame.size() < field + 2) {
            return;
        }
        const auto pseudo = test::pseudo_header(std::span(frame).subspan(26, 4), std::span(frame).subspan(30, 4),
                                                protocol, frame.size() - 34);
        test::patch16(frame, field, test::internet_sum(pseudo));
        if (header_too) {
            test::patch16(frame, 24, 0);
        }
    }

    void feed_frame(const std::string& port, const Bytes& frame, std::size_t first) {
        is_doubtful_ |= test::find_wrong_sum(frame).has_value(); // owed, or a lie that is found out
        switch_.feed(port, frame, first);
    }

    void run() {
        switch_.run(now_, [&](const std::string& port, const Bytes& frame) {
            const auto wrong = test::find_wrong_sum(frame);
            if (wrong && !is_doubtful_ && !is_odd(frame)) {
                std::fprintf(stderr, "%s leaves by %s:", wrong->c_str(), port.c_str());
                for (const auto byte : frame) {
                    std::fprintf(stderr, " %02x", byte);
                }
            }
            EXPECT(is_doubtful_ || is_odd(frame) || !wrong);
            if (const auto d = test::datagram_of(frame)) {
                left_.emplace_back(port, *d);
            }
        });
        while (left_.size() > 16) {
            left_.pop_front();
        }
        const auto stats = switch_.engine().stats();
        EXPECT(stats.is_conserved());
        EXPECT(stats.held == 0 ? switch_.buffers_in_use() == 0 : switch_.buffers_in_use() >= stats.held);
        is_doubtful_ &= stats.held != 0;
        trace_.clear();
    }

    // Not what find_wrong_sum speaks of: bridged frames behind tags, and UDP with something behind its own length.
    static bool is_odd(const Bytes& frame) {
        if (frame.size() < 42 || frame[12] != 8 || frame[13] != 0 || frame[14] != 0x45) {
            return true;
        }
        const auto total = frame[16] * 256U + frame[17];
        return frame[23] == test::kUdp && (frame[20] & 0x3f) == 0 && frame[21] == 0 &&
               frame[38] * 256U + frame[39] != total - 20;
    }

    static std::string any_port(FuzzedDataProvider& input) {
        const auto number = input.ConsumeIntegralInRange(0U, kNatEndpoints + 5);
        return number < kNatEndpoints       ? port_of(number)
               : number < kNatEndpoints + 3 ? host_port_of(number - kNatEndpoints)
                                            : kUplinkName;
    }

    FuzzedNat switch_;
    Trace trace_{256};
    std::deque<std::pair<std::string, Datagram>> left_; // what left last
    bool is_doubtful_ = false;                          // sums of what is on its way may be wrong
    Nanoseconds now_ = 0;
};

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const pontoon::Eal eal(
        {.hugepages = pontoon::Hugepages::off, .memory_mib = 512, .vdevs = {}, .pci = {}, .cpu = {}});
    static std::array<pontoon::Life, 4> lives{pontoon::Life(1), pontoon::Life(2), pontoon::Life(3), pontoon::Life(4)};
    FuzzedDataProvider input(data, size);
    lives[input.ConsumeIntegralInRange<std::size_t>(0, 3)].live(input);
    return 0;
}
