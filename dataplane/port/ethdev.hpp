// A port on a DPDK device: a NIC given to DPDK by its PCI address, or a vdev (net_pcap, net_tap, net_null, net_ring
// ...).
#pragma once

#include <cstdint>
#include <string>

#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"

namespace pontoon {

class EthdevPort final : public Port {
public:
    // `device` is "net_tap0,iface=tap0", which is made, or the name or PCI address of a device the EAL knows.
    // One receive and one transmit queue, promiscuous. Throws std::runtime_error naming the device and the reason.
    EthdevPort(const std::string& device, Pool& pool);
    ~EthdevPort() override;

    unsigned receive(std::span<rte_mbuf*> packets) override;
    unsigned transmit(std::span<rte_mbuf*> packets) override;
    [[nodiscard]] Capabilities capabilities() const override;

private:
    void start(const std::string& name, Pool& pool);
    void close();

    std::uint16_t id_ = 0xffff; // none
    bool chains_ = false;       // takes a frame in several buffers
    std::string made_;          // the vdev to remove again; empty if it was there before
};

} // namespace pontoon
