// Bytes from elsewhere as the text that JSON has to be.
#pragma once

#include <string>
#include <string_view>

namespace pontoon {

// With U+FFFD for each byte that is no UTF-8 (RFC 3629).
[[nodiscard]] std::string as_utf8(std::string_view text);

} // namespace pontoon
