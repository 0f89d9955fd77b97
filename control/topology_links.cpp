#include "control/topology_parts.hpp"

namespace pontoon {

namespace {

const std::string& network_of(const ObjectReader& from, std::string_view key, const std::string& endpoint,
                              const NetworkOf& endpoints) {
    const auto found = endpoints.find(endpoint);
    if (found == endpoints.end()) {
        from.fail(key, "there is no endpoint " + shown(endpoint));
    }
    return found->second;
}

// "80", "5000-5010/udp".
Link::Ports link_ports_of(std::string_view text, const std::string& place) {
    const auto slash = text.find('/');
    Link::Ports ports{ports_of(text.substr(0, slash), place)};
    if (slash != std::string_view::npos) {
        ports.protocol = transport_of(text.substr(slash + 1), place);
    }
    return ports;
}

} // namespace

Link read_link(const boost::json::value& value, const std::string& place, const NetworkOf& endpoints) {
    const ObjectReader from(value, place, {"from", "to", "ports"});
    Link link{from.text("from"), from.text("to"), {}};
    const std::string& network = network_of(from, "from", link.from, endpoints);
    const std::string& other = network_of(from, "to", link.to, endpoints);
    if (link.from == link.to) {
        from.fail("to", link.to + " cannot be linked to itself");
    }
    if (network != other) {
        from.fail("to", link.to + " is in network " + other + ", " + link.from + " in network " + network);
    }
    from.each("ports", [&](const boost::json::value& element, const std::string& where) {
        link.ports.push_back(link_ports_of(text_in(element, where), where));
    });
    if (link.ports.empty()) {
        from.fail("ports", from.has("ports") ? "must not be empty" : "is missing");
    }
    return link;
}

} // namespace pontoon
