#include "tools/memory_switch.hpp"

#include <rte_mbuf.h>

#include <atomic>
#include <stdexcept>

namespace pontoon {

namespace {

constexpr unsigned kBuffers = 16384; // a burst of the longest frames, twice

std::string pool_name() {
    static std::atomic<unsigned> made = 0;
    return "memory" + std::to_string(made++);
}

} // namespace

MemorySwitch::MemorySwitch(const Engine::Options& options) : pool_(pool_name(), kBuffers), engine_(options) {}

void MemorySwitch::attach(const Config& config) {
    const auto add = [this](const std::string& name) {
        if (!ports_.contains(name)) {
            auto port = std::make_unique<PcapPort>();
            ports_[name] = port.get();
            engine_.attach(name, std::move(port));
        }
    };
    for (const auto& endpoint : config.endpoints) {
        add(endpoint.name);
    }
    if (config.uplink) {
        add(kUplinkName);
    }
    for (const auto& network : config.networks) {
        if (!network.host_port.empty()) {
            add(network.host_port);
        }
        if (network.names) {
            add(kNamesPort);
        }
    }
}

void MemorySwitch::feed(const std::string& port, std::span<const std::uint8_t> frame, std::size_t length) {
    rte_mbuf* packet = length > frame.size() ? pool_.restore(frame, length) : pool_.copy(frame);
    if (packet == nullptr) {
        throw std::runtime_error("no packet buffer left");
    }
    ports_.at(port)->feed(packet);
}

void MemorySwitch::run(Nanoseconds now, const Sent& sent) {
    while (engine_.step(now)) {
    }
    for (auto& [name, port] : ports_) {
        if (!port->has_sent()) {
            continue;
        }
        for (rte_mbuf* packet : port->take()) {
            scratch_.resize(packet->pkt_len);
            const void* bytes = rte_pktmbuf_read(packet, 0, packet->pkt_len, scratch_.data());
            sent(name, {static_cast<const std::uint8_t*>(bytes), packet->pkt_len});
            rte_pktmbuf_free(packet);
        }
    }
}

unsigned MemorySwitch::buffers_in_use() const {
    return kBuffers - pool_.available();
}

} // namespace pontoon
