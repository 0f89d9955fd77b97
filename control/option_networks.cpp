// Options about networks, named as dockerd's.
#include "control/bridge_options.hpp"
#include "control/json_reader.hpp"
#include "control/option_values.hpp"

namespace pontoon::option {

namespace {

template <typename T>
T parsed(std::string_view name, const std::string& value) {
    const auto result = T::parse(value);
    if (!result) {
        refuse(name, value, result.error());
    }
    return *result;
}

void take_pools(const boost::program_options::variables_map& values, DaemonOptions& options) {
    constexpr const char* kName = "default-address-pool";
    if (!values.contains(kName)) {
        return;
    }
    for (const auto& text : values[kName].as<std::vector<std::string>>()) {
        try {
            options.default_pools.push_back(default_pool_of(text));
        } catch (const InputError& bad) {
            refuse(kName, text, bad.what());
        }
    }
    options.default_pools = in_order(std::move(options.default_pools));
}

} // namespace

void take_networks(const boost::program_options::variables_map& values, DaemonOptions& options) {
    constexpr unsigned kLeastMtu = 68; // RFC 791
    constexpr unsigned kMostMtu = 65535;
    take_pools(values, options);
    auto& bridge = options.bridge;
    if (values.contains("bip")) {
        const auto text = values["bip"].as<std::string>();
        bridge.bip = parsed<InterfaceAddress4>("bip", text);
        if (bridge.bip->address == bridge.bip->prefix().address && bridge.bip->length < 31) {
            refuse("bip", text, "is the address of a subnet, not of a gateway in it");
        }
    }
    if (values.contains("fixed-cidr")) {
        const auto text = values["fixed-cidr"].as<std::string>();
        bridge.fixed_cidr = parsed<Prefix4>("fixed-cidr", text);
        const auto& range = *bridge.fixed_cidr;
        if (bridge.bip && (range.length < bridge.bip->length || !bridge.bip->prefix().contains(range.address))) {
            refuse("fixed-cidr", text, "is not in the subnet of --bip");
        }
    }
    bridge.mtu = static_cast<std::uint16_t>(number("mtu", values["mtu"].as<std::string>(), kLeastMtu, kMostMtu));
    const auto icc = values["icc"].as<std::string>();
    const auto said = parse_bool(icc);
    if (!said) {
        refuse("icc", icc, "must be true or false");
    }
    bridge.icc = *said;
    bridge.host_binding = parsed<Ipv4>("ip", values["ip"].as<std::string>());
}

} // namespace pontoon::option
