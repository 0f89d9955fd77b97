// The options of a bridge network, com.docker.network.* (docker-behaviours section 4.1): each is applied, or refused by
// name. Keys of others are kept in the record and mean nothing here.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "control/model/records.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

struct BridgeOptions {
    std::string interface;                    // bridge.name; empty: br- and the id
    bool icc = true;                          // bridge.enable_icc
    bool masquerade = true;                   // bridge.enable_ip_masquerade
    bool ipv4 = true;                         // enable_ipv4; the flags of a request win (O-012)
    bool ipv6 = false;                        // enable_ipv6
    bool inhibit_ipv4 = false;                // bridge.inhibit_ipv4: the host's interface gets no address
    bool isolated = false;                    // bridge.gateway_mode_ipv4: no gateway at all
    Ipv4 host_binding{};                      // bridge.host_binding_ipv4: what -p without an address means
    std::optional<Ipv4> host_ipv4{};          // the source of what is masqueraded
    std::uint16_t mtu = 1500;                 // driver.mtu
    std::string interface_prefix = "eth";     // container_iface_prefix: of containers' interfaces
    unsigned announcements = 3;               // advertise_addr_nmsgs
    std::chrono::milliseconds interval{1000}; // advertise_addr_ms: between them

    friend bool operator==(const BridgeOptions&, const BridgeOptions&) = default;
};

// Throws Refused with Docker's words and class; what we do not have is unsupported.
[[nodiscard]] BridgeOptions parse_bridge_options(const TextMap& options, bool internal);

// As Go's strconv.ParseBool: 1, t, T, TRUE, true, True, 0, f, F, FALSE, false, False.
[[nodiscard]] std::optional<bool> parse_bool(const std::string& text);

} // namespace pontoon
