// Topologies in short, to say what is wrong with them.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "control/topology.hpp"

namespace pontoon {

inline const std::string kWeb = "{'name':'web','subnet':'172.18.0.0/16'}";
inline const std::string kA1 = "{'name':'a1','network':'web','ipv4':'172.18.0.2'}";
inline const std::string kA2 = "{'name':'a2','network':'web','ipv4':'172.18.0.3'}";

// ' stands for ".
inline std::expected<Config, std::string> parsed(std::string json) {
    std::ranges::replace(json, '\'', '"');
    return parse_topology(json);
}

inline std::string error_of(const std::string& json) {
    const auto config = parsed(json);
    return config ? "none" : config.error();
}

struct Wrong {
    std::string json;
    std::string error; // or "none"
};

inline void check_all(const std::vector<Wrong>& wrongs) {
    for (const auto& wrong : wrongs) {
        INFO(wrong.json);
        CHECK(error_of(wrong.json) == wrong.error);
    }
}

inline std::string with_network(const std::string& network) {
    return "{'networks':[" + network + "]}";
}
inline std::string with_endpoint(const std::string& endpoint) {
    return "{'networks':[" + kWeb + "],'endpoints':[" + endpoint + "]}";
}
// a1 and a2 are there; `rest` begins with a comma.
inline std::string with_publish(const std::string& publish, const std::string& rest = "",
                                const std::string& networks = kWeb) {
    return "{'networks':[" + networks + "],'endpoints':[" + kA1 + "," + kA2 + "],'publish':[" + publish + "]" + rest +
           "}";
}
inline std::string with_uplink(const std::string& uplink) {
    return "{'networks':[" + kWeb + "],'uplink':" + uplink + "}";
}
inline std::string with_links(const std::string& links) {
    return "{'networks':[" + kWeb + ",{'name':'db','subnet':'172.19.0.0/16'}],'endpoints':[" + kA1 + "," + kA2 +
           ",{'name':'d1','network':'db','ipv4':'172.19.0.2'}],'links':[" + links + "]}";
}

} // namespace pontoon
