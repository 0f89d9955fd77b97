// The host's own interfaces in networks: TAP devices that stay while nobody has them open.
#include <fmt/format.h>

#include "control/linux_host.hpp"
#include "control/refused.hpp"
#include "control/undo.hpp"

namespace pontoon {

void LinuxHost::make_host_interface(const std::string& interface, const Network& network, bool with_address,
                                    bool take_over) {
    if (!take_over && pontoon::has_interface(NetNs::current(), interface)) {
        throw Refused(Refused::Why::impossible, fmt::format("existing interface {} is not a bridge", interface));
    }
    InterfaceSettings settings;
    settings.name = interface;
    settings.mac = network.gateway_mac;
    settings.mtu = network.mtu;
    settings.ipv6 = false; // the network has none, and the kernel looks at all interfaces for each that has it
    if (with_address) {
        settings.address = InterfaceAddress4{network.gateway, network.subnet.length};
    }
    (void)open_tap(NetNs::current(), settings); // and closed: it stays
}

void LinuxHost::remove_host_interface(const std::string& interface) {
    remove(NetNs::current(), interface);
}

void LinuxHost::plug_host(const std::string& interface, const Network& network) {
    UniqueFd tap = reopen_tap(NetNs::current(), interface);
    live_->attach(network.host_port, TapSpec{tap.release()});
}

} // namespace pontoon
