#include "control/bridge_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr std::string_view kPrefix = "com.docker.network.";
constexpr std::size_t kLongestInterface = 15;
constexpr std::size_t kLongestPrefix = 12; // three digits behind it

// One option that is being read.
struct Option {
    std::string name;
    const std::string& value;

    [[noreturn]] void fail(const std::string& reason) const {
        throw Refused(Refused::Why::bad, fmt::format("failed to parse {} value: {} ({})", name, shown(value), reason));
    }
    [[noreturn]] void fail_unsupported(const std::string& reason) const {
        throw Refused(Refused::Why::unsupported, fmt::format("option {}={}: {}", name, shown(value), reason));
    }

    [[nodiscard]] bool boolean() const {
        const auto parsed = parse_bool(value);
        if (!parsed) {
            fail(fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", shown(value)));
        }
        return *parsed;
    }
    [[nodiscard]] int integer() const {
        int number = 0;
        const char* const begin = value.data() + (value.starts_with('+') && !value.starts_with("+-") ? 1 : 0);
        const char* const last = value.data() + value.size();
        const auto [end, error] = std::from_chars(begin, last, number);
        if (error == std::errc::result_out_of_range) {
            fail(fmt::format("strconv.Atoi: parsing \"{}\": value out of range", shown(value)));
        }
        if (error != std::errc() || end != last) {
            fail(fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", shown(value)));
        }
        return number;
    }
    [[nodiscard]] unsigned integer_from(int least, int most) const {
        const int number = integer();
        if (number < least || number > most) {
            fail(fmt::format("must be from {} to {}", least, most));
        }
        return static_cast<unsigned>(number);
    }
    [[nodiscard]] Ipv4 address() const {
        const auto parsed = Ipv4::parse(value);
        if (!parsed && value.find(':') != std::string::npos) {
            fail_unsupported("pontoon has no IPv6 yet");
        }
        if (!parsed) {
            fail("must be an IPv4 address");
        }
        return *parsed;
    }
    // A part of an interface's name.
    [[nodiscard]] const std::string& name_part(std::size_t most) const {
        const auto bad = [](unsigned char c) { return c <= ' ' || c == '/' || c == ':' || c == '%' || c >= 0x7f; };
        if (value.size() > most || std::ranges::any_of(value, bad) || value == "." || value == "..") {
            fail(fmt::format("must be a name for an interface, of at most {} characters", most));
        }
        return value;
    }
};

void take_mtu(const Option& option, BridgeOptions& to) {
    constexpr int kLeast = 68; // RFC 791
    constexpr int kMost = 65535;
    const int mtu = option.integer();
    if (mtu < 0 || (mtu != 0 && mtu < kLeast) || mtu > kMost) {
        throw Refused(Refused::Why::bad, fmt::format("invalid MTU number: {}", mtu));
    }
    to.mtu = mtu == 0 ? BridgeOptions{}.mtu : static_cast<std::uint16_t>(mtu);
}

void take_mode(const Option& option, BridgeOptions& to) {
    if (option.value == "isolated") {
        to.isolated = true;
    } else if (option.value == "routed" || option.value == "nat-unprotected") {
        option.fail_unsupported("pontoon has the gateway modes nat and isolated");
    } else if (!option.value.empty() && option.value != "nat") {
        option.fail("unknown gateway mode " + shown(option.value));
    }
}

void take_mode_ipv6(const Option& option, BridgeOptions&) {
    constexpr std::array<std::string_view, 4> modes{"isolated", "routed", "nat-unprotected", "nat"};
    if (!option.value.empty() && std::ranges::find(modes, option.value) == modes.end()) {
        option.fail("unknown gateway mode " + shown(option.value));
    }
    if (!option.value.empty() && option.value != "nat") {
        option.fail_unsupported("pontoon has no IPv6 yet");
    }
}

void refuse_filled(const Option& option, const std::string& reason) {
    if (!option.value.empty()) {
        option.fail_unsupported(reason);
    }
}

// The flags --ipv4 and --ipv6 come as options too (O-012).
bool family(const Option& option) {
    const auto parsed = parse_bool(option.value);
    if (!parsed) {
        throw Refused(Refused::Why::bad, fmt::format("driver-opt \"{}\" is not a valid bool", option.name));
    }
    return *parsed;
}

using Take = void (*)(const Option&, BridgeOptions&);

const std::map<std::string_view, Take>& takers() {
    static const std::map<std::string_view, Take> all{
        {"bridge.name",
         [](const Option& from, BridgeOptions& to) { to.interface = from.name_part(kLongestInterface); }},
        {"bridge.enable_ip_masquerade", [](const Option& from, BridgeOptions& to) { to.masquerade = from.boolean(); }},
        {"bridge.enable_icc", [](const Option& from, BridgeOptions& to) { to.icc = from.boolean(); }},
        {"bridge.inhibit_ipv4", [](const Option& from, BridgeOptions& to) { to.inhibit_ipv4 = from.boolean(); }},
        {"bridge.default_bridge", [](const Option& from, BridgeOptions&) { (void)from.boolean(); }},
        {"bridge.host_binding_ipv4",
         [](const Option& from, BridgeOptions& to) { to.host_binding = from.value.empty() ? Ipv4{} : from.address(); }},
        {"bridge.gateway_mode_ipv4", take_mode},
        {"bridge.gateway_mode_ipv6", take_mode_ipv6},
        {"bridge.trusted_host_interfaces",
         [](const Option& from, BridgeOptions&) {
             refuse_filled(from, "containers' own addresses are reached from no interface of the host");
         }},
        {"driver.mtu", take_mtu},
        {"container_iface_prefix",
         [](const Option& from, BridgeOptions& to) {
             to.interface_prefix =
                 from.value.empty() ? BridgeOptions{}.interface_prefix : from.name_part(kLongestPrefix);
         }},
        {"host_ipv4",
         [](const Option& from, BridgeOptions& to) {
             if (!from.value.empty()) {
                 to.host_ipv4 = from.address();
             }
         }},
        {"host_ipv6", [](const Option& from, BridgeOptions&) { refuse_filled(from, "pontoon has no IPv6 yet"); }},
        {"enable_ipv4", [](const Option& from, BridgeOptions& to) { to.ipv4 = family(from); }},
        {"enable_ipv6", [](const Option& from, BridgeOptions& to) { to.ipv6 = family(from); }},
        {"advertise_addr_nmsgs",
         [](const Option& from, BridgeOptions& to) { to.announcements = from.integer_from(0, 3); }},
        {"advertise_addr_ms",
         [](const Option& from, BridgeOptions& to) {
             to.interval = std::chrono::milliseconds(from.integer_from(100, 2000));
         }},
    };
    return all;
}

[[noreturn]] void refuse_unknown(const Option& option) {
    if (option.name.starts_with("com.docker.network.endpoint.")) {
        option.fail_unsupported("it is an option of an endpoint: --driver-opt of network connect");
    }
    option.fail_unsupported("pontoon has no such option of a bridge network");
}

} // namespace

std::optional<bool> parse_bool(const std::string& text) {
    constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "TRUE", "true", "True"};
    constexpr std::array<std::string_view, 6> no{"0", "f", "F", "FALSE", "false", "False"};
    if (std::ranges::find(yes, text) != yes.end()) {
        return true;
    }
    return std::ranges::find(no, text) != no.end() ? std::optional(false) : std::nullopt;
}

BridgeOptions parse_bridge_options(const TextMap& options, bool internal) {
    BridgeOptions parsed;
    for (const auto& [name, value] : options) {
        if (!name.starts_with(kPrefix)) {
            continue;
        }
        const Option option{shown(name), value};
        const auto take = takers().find(std::string_view(name).substr(kPrefix.size()));
        if (take == takers().end()) {
            refuse_unknown(option);
        }
        take->second(option, parsed);
    }
    if (parsed.isolated && !internal) {
        throw Refused(Refused::Why::bad, "gateway mode 'isolated' can only be used for an internal network");
    }
    return parsed;
}

} // namespace pontoon
