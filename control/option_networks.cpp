// Options about networks, named as dockerd's.
#include "control/bridge_options.hpp"
#include "control/files/resolv_conf.hpp"
#include "control/json_reader.hpp"
#include "control/option_values.hpp"
#include "control/refused.hpp"

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

using Values = boost::program_options::variables_map;

bool boolean(const char* name, const Values& values) {
    const auto text = values[name].as<std::string>();
    const auto said = parse_bool(text);
    if (!said) {
        refuse(name, text, "must be true or false");
    }
    return *said;
}

// Of an option that may be told several times.
Texts all_of(const char* name, const Values& values) {
    return values.contains(name) ? values[name].as<Texts>() : Texts();
}

void take_pools(const Values& values, DaemonOptions& options) {
    constexpr const char* kName = "default-address-pool";
    for (const auto& text : all_of(kName, values)) {
        try {
            options.default_pools.push_back(default_pool_of(text));
        } catch (const InputError& bad) {
            refuse(kName, text, bad.what());
        }
    }
    options.default_pools = in_order(std::move(options.default_pools));
}

// "bridge=NAME=VALUE": we make networks of no other driver.
void take_network_options(const Values& values, DaemonOptions& options) {
    constexpr const char* kName = "default-network-opt";
    constexpr std::string_view kDriver = "bridge=";
    for (const auto& text : all_of(kName, values)) {
        const auto option = text.starts_with(kDriver) ? text.substr(kDriver.size()) : std::string();
        const auto equals = option.find('=');
        if (equals == std::string::npos || equals == 0) {
            refuse(kName, text, "must be bridge=NAME=VALUE");
        }
        const TextMap one{{option.substr(0, equals), option.substr(equals + 1)}};
        try {
            const auto parsed = parse_bridge_options(one, true);
            if (!parsed.ipv4 || parsed.ipv6) {
                refuse(kName, text, "pontoon has no IPv6 yet");
            }
        } catch (const Refused& bad) {
            refuse(kName, text, bad.what());
        }
        options.network_options.insert_or_assign(one.begin()->first, one.begin()->second);
    }
}

// What stands in a line of resolv.conf.
Texts words_of(const char* name, const Values& values) {
    const auto words = all_of(name, values);
    for (const auto& word : words) {
        if (!is_word(word)) {
            refuse(name, word, "must be one word");
        }
    }
    return words;
}

} // namespace

void take_networks(const Values& values, DaemonOptions& options) {
    constexpr unsigned kLeastMtu = 68; // RFC 791
    constexpr unsigned kMostMtu = 65535;
    take_pools(values, options);
    take_network_options(values, options);
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
    bridge.icc = boolean("icc", values);
    bridge.masquerade = boolean("ip-masq", values);
    bridge.host_binding = parsed<Ipv4>("ip", values["ip"].as<std::string>());
}

void take_files(const Values& values, DaemonOptions& options) {
    auto& files = options.files;
    files.dns = words_of("dns", values);
    for (const auto& server : files.dns) {
        if (!is_address(server)) {
            refuse("dns", server, "must be an IPv4 or IPv6 address");
        }
    }
    files.dns_search = words_of("dns-search", values);
    files.dns_options = words_of("dns-opt", values);
    if (values.contains("host-gateway-ip")) {
        files.host_gateway = parsed<Ipv4>("host-gateway-ip", values["host-gateway-ip"].as<std::string>());
    }
}

} // namespace pontoon::option
