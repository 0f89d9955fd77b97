// A switch in memory that takes frames in chains of buffers.
#pragma once

#include <rte_mbuf.h>

#include <map>
#include <string>

#include "dataplane/engine.hpp"
#include "dataplane/port/eal.hpp"
#include "dataplane/port/pcap.hpp"
#include "dataplane/port/pool.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/fuzz/nat_configs.hpp"
#include "tests/support/bytes.hpp"

namespace pontoon {

class FuzzedNat {
public:
    FuzzedNat(unsigned workers, const Config& config)
        : pool_("nat" + std::to_string(workers), kBuffers),
          engine_({.workers = workers, .seed = workers, .flows = 64}) {
        for (const auto& endpoint : config.endpoints) {
            attach(endpoint.name);
        }
        attach(kUplinkName);
        for (unsigned network = 0; network < config.networks.size(); ++network) {
            attach(host_port_of(network));
        }
    }

    // `first`: bytes in the first buffer, all others follow in a second one; 0: no chain.
    void feed(const std::string& port, const test::Bytes& frame, std::size_t first) {
        const std::span<const std::uint8_t> all(frame);
        rte_mbuf* packet = pool_.copy(first == 0 || first >= frame.size() ? all : all.first(first));
        EXPECT(packet != nullptr);
        if (first != 0 && first < frame.size()) {
            rte_mbuf* rest = pool_.copy(all.subspan(first));
            EXPECT(rest != nullptr && rte_pktmbuf_chain(packet, rest) == 0);
        }
        ports_.at(port)->feed(packet);
    }

    template <typename Sent>
    void run(Nanoseconds now, Sent sent) {
        for (int turns = 0; engine_.step(now); ++turns) {
            EXPECT(turns < 10000);
        }
        for (auto& [name, port] : ports_) {
            for (rte_mbuf* packet : port->take()) {
                test::Bytes bytes(packet->pkt_len);
                const auto* at =
                    static_cast<const std::uint8_t*>(rte_pktmbuf_read(packet, 0, packet->pkt_len, bytes.data()));
                sent(name, test::Bytes(at, at + packet->pkt_len));
                rte_pktmbuf_free(packet);
            }
        }
    }

    [[nodiscard]] Engine& engine() { return engine_; }
    [[nodiscard]] unsigned buffers_in_use() const { return kBuffers - pool_.available(); }

private:
    static constexpr unsigned kBuffers = 4096;

    void attach(const std::string& name) {
        auto port = std::make_unique<PcapPort>();
        ports_[name] = port.get();
        engine_.attach(name, std::move(port));
    }

    Pool pool_;
    std::map<std::string, PcapPort*> ports_;
    Engine engine_;
};

} // namespace pontoon
