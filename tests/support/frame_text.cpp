#include "tests/support/frame_text.hpp"

#include <algorithm>
#include <array>

#include "tests/support/layer.hpp"

namespace pontoon::test {

namespace {

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    const auto last = text.find_last_not_of(" \t");
    return first == std::string_view::npos ? "" : std::string(text.substr(first, last - first + 1));
}

// Cuts at ` / ` outside of quotes.
std::vector<std::string> split_layers(std::string_view text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        quoted ^= text[i] == '"';
        if (!quoted && text.substr(i).starts_with(" / ")) {
            parts.push_back(trimmed(text.substr(begin, i - begin)));
            begin = i + 3;
        }
    }
    parts.push_back(trimmed(text.substr(begin)));
    return parts;
}

const LayerKind* find_kind(std::string_view name) {
    for (const auto kinds : {link_layers(), network_layers(), transport_layers(), icmp_layers(), data_layers()}) {
        const auto found = std::ranges::find(kinds, name, &LayerKind::name);
        if (found != kinds.end()) {
            return &*found;
        }
    }
    return nullptr;
}

Layer parse_layer(const std::string& part, bool first) {
    if (part.starts_with('"')) {
        return {find_kind("\""), part};
    }
    if (part.starts_with("x:")) {
        return {find_kind("x:"), part.substr(2)};
    }
    if (first) {
        return {find_kind("eth"), part};
    }
    const auto end = part.find(' ');
    const LayerKind* kind = find_kind(part.substr(0, end));
    if (kind == nullptr) {
        throw BadText("there is no layer \"" + part.substr(0, end) + "\"");
    }
    return {kind, end == std::string::npos ? "" : part.substr(end + 1)};
}

Bytes build(std::span<const Layer> layers, const Names& names) {
    Bytes body;
    for (std::size_t index = layers.size(); index-- != 0;) {
        const auto& layer = layers[index];
        try {
            Words words(layer.text);
            body = layer.kind->build(words, {layers, index, names}, std::move(body));
            words.end();
        } catch (const BadText& bad) {
            throw BadText(std::string(layer.kind->name) + ": " + bad.what());
        }
    }
    return body;
}

} // namespace

std::vector<Bytes> parse_frames(std::string_view text, const Names& names) {
    auto parts = split_layers(text);
    std::uint64_t pad = 0;
    std::uint64_t cut = 262144;
    std::uint64_t repeat = 1;
    const auto takes = [&](std::string_view name, std::uint64_t& value) {
        const bool is = parts.size() > 1 && parts.back().starts_with(name) && parts.back().size() > name.size();
        if (is) {
            value = parse_number(trimmed(parts.back().substr(name.size())), 262144);
            parts.pop_back();
        }
        return is;
    };
    while (takes("pad ", pad) || takes("cut ", cut) || takes("repeat ", repeat)) {
    }
    std::vector<Layer> layers;
    for (const auto& part : parts) {
        layers.push_back(parse_layer(part, layers.empty()));
    }
    Bytes frame = build(layers, names);
    frame.resize(frame.size() + pad);
    frame.resize(std::min<std::size_t>(frame.size(), cut));
    return {repeat, frame};
}

} // namespace pontoon::test
