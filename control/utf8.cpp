#include "control/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace pontoon {

namespace {

// How many bytes the character at the beginning of `text` has, or 0 if it is none (RFC 3629).
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto follows = [&](std::size_t i, std::uint8_t least, std::uint8_t most) {
        return i < text.size() && byte(i) >= least && byte(i) <= most;
    };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const std::uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80; // no overlong ones
    const std::uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;  // no surrogates, none too large
    bool good = follows(1, least, most);
    for (std::size_t i = 2; i < length; ++i) {
        good = good && follows(i, 0x80, 0xbf);
    }
    return good ? length : 0;
}

} // namespace

std::string as_utf8(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const auto length = character_length(text);
        valid += length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return valid;
}

} // namespace pontoon
