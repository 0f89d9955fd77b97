#include "control/exposed_ports.hpp"

#include <bitset>
#include <cstddef>

namespace pontoon {

namespace {

using Ports = std::bitset<65536>;

void set(Ports& ports, const PortRange& range) {
    for (unsigned port = range.first; port <= range.last; ++port) {
        ports.set(port);
    }
}

// Runs of ports become one each.
void append(std::vector<PublishSpec>& specs, const Ports& ports, Transport protocol) {
    for (std::size_t first = ports._Find_first(); first < ports.size();) {
        std::size_t behind = first;
        while (behind < ports.size() && ports[behind]) {
            ++behind;
        }
        PublishSpec spec;
        spec.ports = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(behind - 1)};
        spec.protocol = protocol;
        specs.push_back(spec);
        first = ports._Find_next(behind - 1);
    }
}

} // namespace

std::vector<PublishSpec> publish_all(std::vector<PublishSpec> specs, const std::vector<ExposedPorts>& exposed) {
    for (const auto protocol : {Transport::tcp, Transport::udp, Transport::sctp}) {
        Ports wanted;
        Ports explicitly;
        for (const auto& ports : exposed) {
            if (ports.protocol == protocol) {
                set(wanted, ports.ports);
            }
        }
        for (const auto& spec : specs) {
            if (spec.protocol == protocol) {
                set(explicitly, spec.ports);
            }
        }
        append(specs, wanted & ~explicitly, protocol);
    }
    return specs;
}

} // namespace pontoon
