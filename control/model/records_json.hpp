// Records as the store keeps them: JSON of our own, which every later version reads.
#pragma once

#include <string>
#include <string_view>

#include "control/model/records.hpp"

namespace pontoon {

[[nodiscard]] std::string to_json(const NetworkRecord& record);
[[nodiscard]] std::string to_json(const ContainerRecord& record);

// Throw InputError that says what is wrong with it.
[[nodiscard]] NetworkRecord network_from_json(std::string_view text);
[[nodiscard]] ContainerRecord container_from_json(std::string_view text);

} // namespace pontoon
