// What the kernel says about the uplink's interface, as the switch takes it.
#pragma once

#include <optional>
#include <vector>

#include "control/interface_watch.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

// The way out by this interface, shared with the host; none without an address.
[[nodiscard]] std::optional<Uplink> uplink_of(const InterfaceState& state);

// Whether the switch has to hear of `next` when it knows `now`. Neighbours are only presets: it asks for those that it
// does not know, so that one is news only if its MAC is another one than the switch was told.
[[nodiscard]] bool is_news(const std::optional<Uplink>& now, const std::optional<Uplink>& next);

// Throws std::runtime_error if a network's subnet overlaps an address's prefix.
void check_apart(const Uplink& uplink, const std::vector<Network>& networks);

} // namespace pontoon
