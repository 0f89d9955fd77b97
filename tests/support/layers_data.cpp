// "text", x: and runs of bytes.
#include "tests/support/layer.hpp"

namespace pontoon::test {

namespace {

// `"text"`
Bytes build_text(Words& words, const Place&, Bytes body) {
    const auto text = words.next("the text");
    return Writer().put(Bytes(text.begin() + 1, text.end() - 1)).put(body).take();
}

// `x:00 11 22`
Bytes build_hex(Words& words, const Place&, Bytes body) {
    Writer writer;
    while (!words.empty()) {
        writer.put(parse_hex(words.next("hexadecimal bytes")));
    }
    return writer.put(body).take();
}

// `zeros N`
Bytes build_zeros(Words& words, const Place&, Bytes body) {
    return Writer().zeros(parse_number(words.next("how many"), 262144)).put(body).take();
}

// `bytes N [from N]`: 00 01 02 ... ff 00 ...
Bytes build_bytes(Words& words, const Place&, Bytes body) {
    const auto count = parse_number(words.next("how many"), 262144);
    const auto from = words.number("from", 255).value_or(0);
    Writer writer;
    for (std::uint64_t i = 0; i < count; ++i) {
        writer.u8((from + i) & 255);
    }
    return writer.put(body).take();
}

constexpr LayerKind kDataLayers[] = {
    {"\"", std::nullopt, std::nullopt, build_text},
    {"x:", std::nullopt, std::nullopt, build_hex},
    {"zeros", std::nullopt, std::nullopt, build_zeros},
    {"bytes", std::nullopt, std::nullopt, build_bytes},
};

} // namespace

std::span<const LayerKind> data_layers() {
    return kDataLayers;
}

} // namespace pontoon::test
