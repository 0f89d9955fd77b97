// What containers may be called, and what they are called when nobody says.
#pragma once

#include <cstdint>
#include <string>

namespace pontoon {

// Throws Refused (bad) unless it is [a-zA-Z0-9][a-zA-Z0-9_.-]+, as Docker says it, and no longer than a file's name.
void check_container_name(const std::string& name);

// "adjective_surname", the same for the same number; with digits behind it from the second round on.
[[nodiscard]] std::string container_name(std::uint64_t number);

} // namespace pontoon
