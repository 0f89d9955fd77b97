#include "control/attach_request.hpp"

#include <limits>

#include "control/json_reader.hpp"
#include "control/topology_parts.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kMostPublishes = 4096;

Place read_place(const ObjectReader& from) {
    if (from.has("netns") == from.has("pid")) {
        from.fail("netns", "needs either netns or pid");
    }
    Place place;
    if (from.has("pid")) {
        place.pid = static_cast<pid_t>(from.integer("pid", 0, 1, std::numeric_limits<pid_t>::max()));
        return place;
    }
    place.path = from.text("netns");
    if (!place.path.starts_with('/') || place.path.contains('\0')) {
        from.fail("netns", "\"" + shown(place.path) + "\" is not an absolute path");
    }
    return place;
}

} // namespace

std::optional<AttachKind> attach_kind_of(std::string_view text) {
    if (text == "tap") {
        return AttachKind::tap;
    }
    return text == "veth" ? std::optional(AttachKind::veth) : std::nullopt;
}

AttachRequest read_attach_request(const boost::json::value& value) {
    const ObjectReader from(value, "", {"name", "network", "netns", "pid", "ipv4", "mac", "publish", "attach"});
    AttachRequest request;
    request.name = read_name(from, "name");
    if (request.name == kUplinkName) {
        from.fail("name", "uplink is the name of the way out");
    }
    request.network = from.text("network");
    request.place = read_place(from);
    if (from.has("ipv4")) {
        request.ipv4 = from.parsed<Ipv4>("ipv4");
    }
    if (from.has("mac")) {
        request.mac = read_mac(from, {});
    }
    from.each("publish", [&](const auto& element, const auto& place) {
        if (request.publish.size() == kMostPublishes) {
            from.fail("publish", "more than " + std::to_string(kMostPublishes));
        }
        request.publish.push_back(parse_publish_spec(text_in(element, place)));
    });
    if (from.has("attach")) {
        request.kind = attach_kind_of(from.text("attach"));
        if (!request.kind) {
            from.fail("attach", "\"" + shown(from.text("attach")) + "\" is none of tap, veth");
        }
    }
    return request;
}

} // namespace pontoon
