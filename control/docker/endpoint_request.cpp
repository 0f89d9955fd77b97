// The settings of a container's place in a network, as requests have them.
#include <fmt/format.h>

#include <limits>

#include "control/docker/container_request.hpp"
#include "control/docker/json_body.hpp"
#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw Refused(Refused::Why::bad, message);
}

void read_ipam_config(const json::object& config, EndpointRecord& settings) {
    if (const auto text = text_of(config, "IPv4Address"); !text.empty()) {
        const std::string_view mapped = "::ffff:"; // N-160
        const auto address = Ipv4::parse(text.starts_with(mapped) ? text.substr(mapped.size()) : text);
        if (!address || address->is_unspecified()) {
            refuse("invalid IPv4 address: " + shown(text));
        }
        settings.wanted_ipv4 = *address;
    }
    if (const auto text = text_of(config, "IPv6Address"); !text.empty()) {
        if (!Ipv6::parse(text)) {
            refuse("invalid IPv6 address: " + shown(text));
        }
        throw Refused(Refused::Why::unsupported, "pontoon has no IPv6 networks: " + shown(text));
    }
    for (const auto& text : texts_of(config, "LinkLocalIPs")) {
        if (!Ipv4::parse(text) && !Ipv6::parse(text)) {
            refuse("invalid link-local IP address: " + shown(text));
        }
        throw Refused(Refused::Why::unsupported, "pontoon gives no link-local addresses: " + shown(text));
    }
}

Mac read_station(const std::string& text) {
    const auto mac = Mac::parse(text);
    if (!mac || mac->is_group() || mac->is_zero()) {
        refuse("invalid MAC address: " + shown(text));
    }
    return *mac;
}

} // namespace

LegacyLink parse_link(const std::string& text) {
    if (text.empty()) {
        refuse("empty string specified for links");
    }
    const auto colon = text.find(':');
    if (colon == std::string::npos) {
        return {text, text};
    }
    LegacyLink link{text.substr(0, colon), text.substr(colon + 1)};
    // An old engine's form, "/c1:/c2/alias": its alias is what is behind the last slash.
    link.alias = link.alias.substr(link.alias.rfind('/') + 1);
    link.container = link.container.starts_with('/') ? link.container.substr(1) : link.container;
    if (link.container.empty() || link.alias.empty() || link.alias.contains(':')) {
        refuse("bad format for links: " + shown(text));
    }
    return link;
}

EndpointRecord read_endpoint_settings(const json::object* settings) {
    EndpointRecord read;
    if (settings == nullptr) {
        return read;
    }
    if (const auto* config = object_of(*settings, "IPAMConfig")) {
        read_ipam_config(*config, read);
    }
    if (const auto mac = text_of(*settings, "MacAddress"); !mac.empty()) {
        read.wanted_mac = read_station(mac);
    }
    read.aliases = texts_of(*settings, "Aliases");
    for (const auto& text : texts_of(*settings, "Links")) {
        const auto link = parse_link(text);
        read.links.push_back(link.container + ":" + link.alias);
    }
    read.driver_options = text_map_of(*settings, "DriverOpts");
    const auto priority = integer_of(*settings, "GwPriority");
    if (priority < std::numeric_limits<std::int32_t>::min() || priority > std::numeric_limits<std::int32_t>::max()) {
        refuse(fmt::format("invalid GwPriority: {}", priority));
    }
    read.gw_priority = static_cast<std::int32_t>(priority);
    return read;
}

} // namespace pontoon
