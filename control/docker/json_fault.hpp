// What is wrong with a text that is no JSON, in the words of Go's encoding/json, which clients of Docker know.
#pragma once

#include <string>
#include <string_view>

namespace pontoon {

// "invalid character 'i' looking for beginning of value". The text is no JSON.
[[nodiscard]] std::string json_fault(std::string_view text);

} // namespace pontoon
