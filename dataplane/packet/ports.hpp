// The two ports of a transport header, or what stands in their place, as on the wire.
#pragma once

#include "dataplane/wire/byte_order.hpp"

namespace pontoon {

struct FlowPorts {
    be16 source;
    be16 destination;

    friend bool operator==(const FlowPorts&, const FlowPorts&) = default;
};

} // namespace pontoon
