// What `pontoon attach` asks for, as it comes over the socket:
// {"name", "network", "netns" or "pid", and as wanted "ipv4", "mac", "publish": ["8080:80"], "attach": "tap"|"veth"}.
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "control/publish_spec.hpp"

namespace pontoon {

struct AttachRequest {
    std::string name;
    std::string network;
    Place place; // without an id
    std::optional<Ipv4> ipv4;
    std::optional<Mac> mac;
    std::vector<PublishSpec> publish;
    std::optional<AttachKind> kind;
};

// Throws InputError or Refused.
[[nodiscard]] AttachRequest read_attach_request(const boost::json::value& value);

// "tap" or "veth"; nothing for anything else.
[[nodiscard]] std::optional<AttachKind> attach_kind_of(std::string_view text);

} // namespace pontoon
