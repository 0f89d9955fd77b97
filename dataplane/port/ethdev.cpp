#include "dataplane/port/ethdev.hpp"

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>

#include <stdexcept>

namespace pontoon {

namespace {

constexpr std::uint16_t kDescriptors = 1024;

void check(int result, const std::string& device, const char* what) {
    if (result < 0) {
        throw std::runtime_error(device + ": cannot " + what + ": " + rte_strerror(-result));
    }
}

} // namespace

EthdevPort::EthdevPort(const std::string& device, Pool& pool) {
    const auto name = device.substr(0, device.find(','));
    if (rte_eth_dev_get_port_by_name(name.c_str(), &id_) != 0) {
        const auto comma = device.find(',');
        const auto arguments = comma == std::string::npos ? std::string() : device.substr(comma + 1);
        check(rte_vdev_init(name.c_str(), arguments.c_str()), name, "make the device");
        made_ = name;
    }
    try {
        check(rte_eth_dev_get_port_by_name(name.c_str(), &id_), name, "find the device");
        start(name, pool);
    } catch (...) {
        close();
        throw;
    }
}

void EthdevPort::start(const std::string& name, Pool& pool) {
    rte_eth_dev_info info{};
    check(rte_eth_dev_info_get(id_, &info), name, "ask the device");
    rte_eth_conf conf{};
    conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_CHECKSUM;
    conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
    chains_ = conf.txmode.offloads != 0;
    check(rte_eth_dev_configure(id_, 1, 1, &conf), name, "configure the device");
    std::uint16_t rx = kDescriptors;
    std::uint16_t tx = kDescriptors;
    check(rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx, &tx), name, "size the queues");
    const int socket = rte_eth_dev_socket_id(id_);
    check(rte_eth_rx_queue_setup(id_, 0, rx, static_cast<unsigned>(socket), nullptr, pool.get()), name,
          "set up the receive queue");
    check(rte_eth_tx_queue_setup(id_, 0, tx, static_cast<unsigned>(socket), nullptr), name,
          "set up the transmit queue");
    check(rte_eth_dev_start(id_), name, "start the device");
    rte_eth_promiscuous_enable(id_); // some vdevs have no such mode and receive everything anyway
}

void EthdevPort::close() {
    if (rte_eth_dev_is_valid_port(id_) != 0) {
        rte_eth_dev_stop(id_);
    }
    if (!made_.empty()) {
        rte_vdev_uninit(made_.c_str());
    }
}

// What a NIC could do by itself is not asked for yet: its driver wants to be told about each packet.
Capabilities EthdevPort::capabilities() const {
    Capabilities can{.checksum = false, .tcp_segmentation = false, .udp_segmentation = false, .chains = chains_};
    std::uint16_t mtu = 0;
    if (made_.empty() && rte_eth_dev_get_mtu(id_, &mtu) == 0) { // a device of memory or files takes any length
        can.frame = mtu + std::uint32_t{RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN};
    }
    return can;
}

EthdevPort::~EthdevPort() {
    close();
}

unsigned EthdevPort::receive(std::span<rte_mbuf*> packets) {
    return rte_eth_rx_burst(id_, 0, packets.data(), static_cast<std::uint16_t>(packets.size()));
}

unsigned EthdevPort::transmit(std::span<rte_mbuf*> packets) {
    return rte_eth_tx_burst(id_, 0, packets.data(), static_cast<std::uint16_t>(packets.size()));
}

} // namespace pontoon
