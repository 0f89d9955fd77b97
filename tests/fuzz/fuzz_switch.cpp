// Any bytes as the life of a switch: frames on its ports, changes of its configuration, steps of its clock. Packets
// are conserved, no buffer leaks, and no frame leaves on a port of another network.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <map>
#include <set>

#include "dataplane/port/eal.hpp"
#include "tests/fuzz/expect.hpp"
#include "tools/memory_switch.hpp"

namespace pontoon {

namespace {

constexpr unsigned kNetworks = 3;
constexpr unsigned kEndpoints = 9;

Ipv4 address_of(unsigned network, unsigned host) {
    return Ipv4{be32{10U << 24 | network << 16 | host}};
}

// One of sixteen: which endpoints there are, what network they are in, whether they may talk, and whether to the host.
Config config_of(unsigned variant) {
    Config config;
    for (unsigned n = 0; n < kNetworks; ++n) {
        const Ipv4 gateway = address_of(n, 1);
        config.networks.push_back({"n" + std::to_string(n), Prefix4{address_of(n, 0), 16}, gateway, mac_of(gateway),
                                   (variant & 1) == 0 || n != 1, true, false, 1500});
        config.networks.back().host_port = (variant & 8) == 0 ? "" : "host:n" + std::to_string(n);
    }
    for (unsigned e = 0; e < kEndpoints; ++e) {
        const unsigned n = (variant & 2) == 0 ? e % kNetworks : e / kNetworks;
        if ((variant & 4) == 0 || e % 4 != 0) {
            const Ipv4 ip = address_of(n, e + 2);
            config.endpoints.push_back({"e" + std::to_string(e), "n" + std::to_string(n), ip, mac_of(ip)});
        }
    }
    return config;
}

class Life {
public:
    explicit Life(unsigned workers) : switch_({workers, workers}) {
        switch_.attach(config_of(8));
        Config uplink;
        uplink.uplink.emplace();
        switch_.attach(uplink);
        switch_.engine().set_trace(&trace_);
    }

    void live(FuzzedDataProvider& input) {
        switch_.publish({}); // forgets the life before, but for the clock
        publish(0);
        while (input.remaining_bytes() != 0) {
            switch (input.ConsumeIntegralInRange(0, 7)) {
            case 0: publish(input.ConsumeIntegralInRange(0U, 15U)); break;
            case 1: now_ += Nanoseconds{1} << input.ConsumeIntegralInRange(0U, 40U); break;
            default: feed_burst(input); break;
            }
        }
    }

private:
    void publish(unsigned variant) {
        const Config config = config_of(variant);
        network_of_.clear();
        for (const auto& endpoint : config.endpoints) {
            network_of_[endpoint.name] = endpoint.network;
        }
        for (const auto& network : config.networks) {
            network_of_[network.host_port] = network.name;
        }
        network_of_.erase("");
        switch_.publish(config);
    }

    // Some frames, all from ports of one network or all from one port without one.
    void feed_burst(FuzzedDataProvider& input) {
        const auto first = any_port(input);
        std::set<std::string> from{first};
        feed(input, first);
        for (unsigned more = input.ConsumeIntegralInRange(0U, 3U); more != 0; --more) {
            const auto port = any_port(input);
            if (network_of(port) == network_of(first) && !network_of(port).empty()) {
                from.insert(port);
                feed(input, port);
            }
        }
        check_run(from);
    }

    void check_run(const std::set<std::string>& from) {
        const auto network = network_of(*from.begin());
        const auto originated = switch_.engine().stats().total.originated;
        bool reflected = false;
        switch_.run(now_, [&](const std::string& port, std::span<const std::uint8_t>) {
            EXPECT(!network.empty() && network_of(port) == network);
            reflected |= from.size() == 1 && from.contains(port);
        });
        const auto stats = switch_.engine().stats();
        EXPECT(!reflected || stats.total.originated > originated);
        EXPECT(stats.is_conserved() && stats.held == 0);
        EXPECT(switch_.buffers_in_use() == 0);
        trace_.clear();
    }

    void feed(FuzzedDataProvider& input, const std::string& port) {
        std::vector<std::uint8_t> frame;
        if (input.ConsumeBool()) {
            for (int address = 0; address < 2; ++address) {
                const Mac mac = any_mac(input);
                frame.insert(frame.end(), mac.bytes.begin(), mac.bytes.end());
            }
        }
        const std::size_t length = input.ConsumeIntegralInRange<std::size_t>(0, 3000);
        const auto bytes = input.ConsumeBytes<std::uint8_t>(std::min<std::size_t>(length, 200));
        frame.insert(frame.end(), bytes.begin(), bytes.end());
        // Restored frames pass for right sums, which the fuzzer would not guess.
        switch_.feed(port, frame, input.ConsumeBool() ? std::max(length, frame.size() + 1) : frame.size());
    }

    static Mac any_mac(FuzzedDataProvider& input) {
        const auto kind = input.ConsumeIntegralInRange(0U, 3U);
        const auto network = input.ConsumeIntegralInRange(0U, kNetworks - 1);
        const auto host = input.ConsumeIntegralInRange(1U, kEndpoints + 2);
        switch (kind) {
        case 0: return kBroadcast;
        case 1: return Mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(host)}};
        default: return mac_of(address_of(network, host));
        }
    }

    static std::string any_port(FuzzedDataProvider& input) {
        const auto number = input.ConsumeIntegralInRange(0U, kEndpoints + kNetworks);
        return number == kEndpoints  ? kUplinkName
               : number < kEndpoints ? "e" + std::to_string(number)
                                     : "host:n" + std::to_string(number - kEndpoints - 1);
    }

    [[nodiscard]] std::string network_of(const std::string& port) const {
        const auto found = network_of_.find(port);
        return found == network_of_.end() ? "" : found->second;
    }

    MemorySwitch switch_;
    Trace trace_{256};
    std::map<std::string, std::string> network_of_;
    Nanoseconds now_ = 0;
};

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const pontoon::Eal eal(
        {.hugepages = pontoon::Hugepages::off, .memory_mib = 512, .vdevs = {}, .pci = {}, .cpu = {}});
    static std::array<pontoon::Life, 2> lives{pontoon::Life(1), pontoon::Life(2)};
    FuzzedDataProvider input(data, size);
    lives[input.ConsumeIntegralInRange<std::size_t>(0, 1)].live(input);
    return 0;
}
