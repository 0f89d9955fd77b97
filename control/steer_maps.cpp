#include "control/steer_maps.hpp"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bitset>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "control/steer_ports.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kPortsBytes = sizeof(steer_ports) * STEER_PORT_SETS;

void check(int result, const std::string& doing) {
    if (result != 0) {
        throw std::runtime_error("cannot " + doing + ": " + std::strerror(-result));
    }
}

// Programs read while this writes: whole words, and only those that change.
void write(steer_ports& into, const PortSet& set) {
    for (std::size_t i = 0; i < set.words().size(); ++i) {
        static_assert(sizeof(into.words[i]) == sizeof(std::uint64_t));
        std::atomic_ref word(into.words[i]);
        if (word.load(std::memory_order_relaxed) != set.words()[i]) {
            word.store(set.words()[i], std::memory_order_relaxed);
        }
    }
}

steer_subnet key_of(const Prefix4& subnet) {
    return {subnet.length, subnet.address.value.raw()};
}

} // namespace

void SteerMaps::Unmap::operator()(steer_ports* ports) const {
    ::munmap(ports, kPortsBytes);
}

SteerMaps::SteerMaps(int addresses, int ports, int subnets) : addresses_(addresses), subnets_(subnets) {
    void* const memory = ::mmap(nullptr, kPortsBytes, PROT_READ | PROT_WRITE, MAP_SHARED, ports, 0);
    if (memory == MAP_FAILED) {
        throw std::runtime_error(std::string("cannot map the eBPF programs' ports: ") + std::strerror(errno));
    }
    ports_.reset(static_cast<steer_ports*>(memory));
}

void SteerMaps::follow(const Config& config) {
    follow_addresses(config);
    follow_subnets(config);
}

SteerMaps::Slot SteerMaps::free_slot() const {
    std::bitset<STEER_ADDRESSES> used;
    for (const auto& [address, slot] : slots_) {
        used.set(slot);
    }
    Slot slot = 0;
    while (used.test(slot)) { // there are more slots than addresses
        ++slot;
    }
    return slot;
}

void SteerMaps::follow_addresses(const Config& config) {
    const auto wanted = steered_ports(config);
    if (wanted.size() > STEER_ADDRESSES) {
        throw std::runtime_error("an uplink has at most " + std::to_string(STEER_ADDRESSES) + " addresses, not " +
                                 std::to_string(wanted.size()));
    }
    write(ports_[STEER_NAT_PORTS], nat_ports(config));
    for (auto it = slots_.begin(); it != slots_.end();) {
        if (wanted.contains(it->first)) {
            ++it;
            continue;
        }
        const auto key = it->first.value.raw();
        check(bpf_map_delete_elem(addresses_, &key), "take " + it->first.to_string() + " from the eBPF programs");
        it = slots_.erase(it);
    }
    for (const auto& [address, sets] : wanted) {
        const auto known = slots_.find(address);
        const Slot slot = known == slots_.end() ? free_slot() : known->second;
        for (std::size_t kind = 0; kind < sets.size(); ++kind) {
            write(ports_[slot * STEER_KINDS + kind], sets[kind]);
        }
        if (known == slots_.end()) { // its ports are there before it is
            const auto key = address.value.raw();
            check(bpf_map_update_elem(addresses_, &key, &slot, BPF_ANY),
                  "tell " + address.to_string() + " to the eBPF programs");
            slots_.emplace(address, slot);
        }
    }
}

void SteerMaps::follow_subnets(const Config& config) {
    std::set<Prefix4> wanted;
    for (const auto& network : config.networks) {
        wanted.insert(network.subnet);
    }
    for (const auto& subnet : wanted) {
        if (!followed_.contains(subnet)) {
            const auto key = key_of(subnet);
            const std::uint32_t ours = 1;
            check(bpf_map_update_elem(subnets_, &key, &ours, BPF_ANY),
                  "tell " + subnet.to_string() + " to the eBPF programs");
            followed_.insert(subnet);
        }
    }
    std::erase_if(followed_, [&](const Prefix4& subnet) {
        const auto key = key_of(subnet);
        if (wanted.contains(subnet)) {
            return false;
        }
        check(bpf_map_delete_elem(subnets_, &key), "take " + subnet.to_string() + " from the eBPF programs");
        return true;
    });
}

} // namespace pontoon
