// Tells who started the daemon how it is, as systemd's sd_notify(3) does: a datagram to $NOTIFY_SOCKET.
#pragma once

#include <string_view>

namespace pontoon {

// "READY=1", "STOPPING=1". Nothing where nobody asked; what cannot be sent is logged.
void notify(std::string_view state);

} // namespace pontoon
