#include "tools/client_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace pontoon {

namespace {

namespace json = boost::json;

constexpr std::size_t kColumns = 6;
using Row = std::array<std::string, kColumns>;

std::string text(const json::object& object, const char* key) {
    return std::string(object.at(key).as_string());
}

std::string ports(const json::object& endpoint) {
    std::string all;
    for (const auto& one : endpoint.at("publish").as_array()) {
        all += (all.empty() ? "" : ", ") + std::string(one.as_string());
    }
    return all;
}

Row row_of(const json::object& endpoint) {
    const auto ipv4 = text(endpoint, "ipv4"); // with the length of its prefix
    return {text(endpoint, "name"), text(endpoint, "network"),   ipv4.substr(0, ipv4.find('/')),
            text(endpoint, "mac"),  text(endpoint, "interface"), ports(endpoint)};
}

} // namespace

std::string table_text(const json::array& endpoints) {
    std::vector<Row> rows{{"NAME", "NETWORK", "IPV4", "MAC", "INTERFACE", "PORTS"}};
    for (const auto& endpoint : endpoints) {
        rows.push_back(row_of(endpoint.as_object()));
    }
    std::array<std::size_t, kColumns> widths{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < kColumns; ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string table;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < kColumns; ++i) {
            line += fmt::format("{:<{}}   ", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        table += line + "\n";
    }
    return table;
}

std::string attached_text(const json::object& endpoint) {
    const auto published = ports(endpoint);
    return fmt::format("{}: {} {} {} gateway {}{}\n", text(endpoint, "name"), text(endpoint, "interface"),
                       text(endpoint, "ipv4"), text(endpoint, "mac"), text(endpoint, "gateway"),
                       published.empty() ? "" : " " + published);
}

} // namespace pontoon
