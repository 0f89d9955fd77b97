#include "control/model/state.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <system_error>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

std::string new_id() {
    for (;;) {
        std::array<std::uint8_t, 32> bytes{};
        if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
        std::string id;
        for (const auto byte : bytes) {
            fmt::format_to(std::back_inserter(id), "{:02x}", byte);
        }
        if (std::any_of(id.begin(), id.begin() + 12, [](char c) { return c > '9'; })) {
            return id;
        }
    }
}

const NetworkRecord& find_network(const State& state, const std::string& key) {
    const auto [record, found] = state.networks.find(key);
    if (found == Registry<NetworkRecord>::Found::several) {
        const auto count = state.networks.count(key);
        throw Refused(Refused::Why::bad,
                      fmt::format("network {} is ambiguous ({} matches found based on ID prefix)", shown(key), count));
    }
    if (record == nullptr) {
        throw Refused(Refused::Why::missing, fmt::format("network {} not found", shown(key)));
    }
    return *record;
}

const ContainerRecord& find_container(const State& state, const std::string& key) {
    const auto [record, found] = state.containers.find(key);
    if (found == Registry<ContainerRecord>::Found::several) {
        throw Refused(Refused::Why::bad, fmt::format("multiple IDs found with provided prefix: {}", shown(key)));
    }
    if (record == nullptr) {
        throw Refused(Refused::Why::missing, fmt::format("No such container: {}", shown(key)));
    }
    return *record;
}

} // namespace pontoon
