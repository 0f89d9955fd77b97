// Flows that outlive the engine: what it saves at its end, and what it takes over at its beginning.
#include <algorithm>
#include <limits>
#include <unordered_map>

#include "dataplane/engine.hpp"

namespace pontoon {

namespace {

using Numbers = std::unordered_map<std::uint16_t, std::uint16_t>;

// What a number of the saving engine is here; false if it is nothing.
bool renumber(const Numbers& numbers, std::uint16_t& number) {
    const auto found = numbers.find(number);
    number = found == numbers.end() ? number : found->second;
    return found != numbers.end();
}

void grow_older(SavedFlow& flow, FlowTick by) {
    constexpr FlowTick most = std::numeric_limits<FlowTick>::max();
    for (auto& idle : flow.idle) {
        idle = idle > most - by ? most : idle + by;
    }
    flow.left -= std::min(flow.left, by);
}

} // namespace

std::size_t Engine::save_flows(const std::filesystem::path& file, Nanoseconds now) {
    SavedNames names;
    for (const auto& [name, zone] : compiler_.zones()) {
        names.networks.push_back({zone, 0, name});
    }
    for (const auto& [name, attachment] : attachments_) {
        names.ports.push_back({attachment->id, static_cast<std::uint16_t>(attachment->worker), name});
    }
    FlowFileWriter writer(file, names);
    std::size_t count = 0;
    for (const auto& worker : workers_) {
        worker->router_at(now).save_flows([&](const SavedFlow& flow) {
            writer.add(flow);
            ++count;
        });
    }
    writer.commit();
    return count;
}

void Engine::expect_ports(const SavedNames& names) {
    for (const auto& port : names.ports) {
        if (port.worker < workers_.size()) {
            expected_workers_[port.name] = port.worker;
        }
    }
}

std::size_t Engine::restore_flows(const FlowFile& file, Nanoseconds now) {
    Numbers zones{{kUplinkZone, kUplinkZone}};
    for (const auto& network : file.names().networks) {
        if (const auto found = compiler_.zones().find(network.name); found != compiler_.zones().end()) {
            zones.emplace(network.number, found->second);
        }
    }
    Numbers ports;
    std::unordered_map<PortId, unsigned> owners;
    for (const auto& port : file.names().ports) {
        if (const auto found = attachments_.find(port.name); found != attachments_.end()) {
            ports.emplace(port.number, found->second->id);
            owners.emplace(found->second->id, found->second->worker);
        }
    }
    // What is older than that is over, whatever its timeout.
    constexpr Nanoseconds longest = Nanoseconds{1} << (kFlowTickShift + 31);
    std::size_t count = 0;
    for (std::size_t index = 0; file.age() < longest && index < file.size(); ++index) {
        SavedFlow flow = file.flow(index);
        if (renumber(zones, flow.key.zone) && renumber(zones, flow.answers.zone) && renumber(ports, flow.owner)) {
            grow_older(flow, flow_tick_of(file.age()));
            count += workers_[owners.at(flow.owner)]->router_at(now).restore(flow) ? 1 : 0;
        }
    }
    return count;
}

} // namespace pontoon
