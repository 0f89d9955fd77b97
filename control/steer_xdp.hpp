// An XDP program on an interface: who has one there, whether the driver has AF_XDP without copies, and attaching ours.
// Errors are std::runtime_error without the interface's name.
#pragma once

#include <string>

#include "control/unique_fd.hpp"

namespace pontoon {

// "NAME (id 7)" of the XDP program on the interface, or empty.
[[nodiscard]] std::string xdp_program_on(int interface);

// Whether the driver can let AF_XDP sockets have its own buffers (Linux 6.3 says it; what is older counts as no).
[[nodiscard]] bool has_zero_copy(int interface);

// Attaches in the driver. The kernel's generic way comes behind GRO: frames of 64 KB that nobody could cut again. The
// program goes with the descriptor, also when the process is killed.
[[nodiscard]] UniqueFd attach_xdp(int interface, int program);

} // namespace pontoon
