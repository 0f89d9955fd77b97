// Makes the port that a PortSpec asks for.
#pragma once

#include <memory>

#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"
#include "dataplane/port/spec.hpp"

namespace pontoon {

// Takes over what the spec says that the port closes, also when it throws std::runtime_error. The pools of `buffers`
// have to outlive the port, and the packets it received.
[[nodiscard]] std::unique_ptr<Port> make_port(const PortSpec& spec, const Buffers& buffers);

} // namespace pontoon
