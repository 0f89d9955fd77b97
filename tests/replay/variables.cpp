#include "tests/replay/variables.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "tests/support/frame_text.hpp"
#include "tests/support/words.hpp"

namespace pontoon::test {

namespace {

using Known = std::map<std::string, std::uint16_t>;

// The first variable from `at` on that no quotes hide, as `$name`; empty if there is none.
std::string_view find_variable(std::string_view text, std::size_t at = 0) {
    bool quoted = false;
    for (; at < text.size(); ++at) {
        quoted ^= text[at] == '"';
        if (text[at] == '$' && !quoted) {
            const auto end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(),
                                          [](unsigned char c) { return std::isalnum(c) == 0; });
            return text.substr(at, static_cast<std::size_t>(end - text.begin()) - at);
        }
    }
    return {};
}

// `text` with numbers in it; `otherwise` for what is not known.
std::string replaced(std::string text, const Known& known, std::optional<std::uint16_t> otherwise) {
    for (auto name = find_variable(text); !name.empty(); name = find_variable(text)) {
        const auto found = known.find(std::string(name));
        if (found == known.end() && !otherwise) {
            throw BadText(std::string(name) + " has no value yet: the first frame that has it is one that comes out");
        }
        const auto value = found == known.end() ? *otherwise : found->second;
        text.replace(static_cast<std::size_t>(name.data() - text.data()), name.size(), std::to_string(value));
    }
    return text;
}

std::string first_unknown(const std::string& text, const Known& known) {
    std::size_t at = 0;
    for (auto name = find_variable(text); !name.empty(); name = find_variable(text, at)) {
        if (!known.contains(std::string(name))) {
            return std::string(name);
        }
        at = static_cast<std::size_t>(name.data() - text.data()) + name.size();
    }
    return {};
}

// Every number of 16 bits behind the frame's MACs that could be a port.
std::set<std::uint16_t> words_of(const Bytes& frame) {
    constexpr std::size_t macs = 12;
    std::set<std::uint16_t> words;
    for (std::size_t at = macs; at + 2 <= frame.size(); at += 2) {
        words.insert(static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]));
    }
    return words;
}

} // namespace

FrameText read_frames(std::string_view text, const Names& names) {
    if (find_variable(text).empty()) {
        return {.frames = parse_frames(text, names)};
    }
    (void)parse_frames(replaced(std::string(text), {}, std::uint16_t{1}), names); // so that faults show up here
    return {.frames = {}, .text = std::string(text), .names = names};
}

void Variables::set_ports(const Config& config) {
    ports_ = config.uplink.value_or(Uplink{}).nat_ports;
}

bool Variables::is_port(std::uint16_t port) const {
    return std::ranges::any_of(ports_, [&](const PortRange& r) { return port >= r.first && port <= r.last; });
}

std::vector<Bytes> Variables::frames(const FrameText& text) const {
    return text.text.empty() ? text.frames : parse_frames(replaced(text.text, known_, std::nullopt), text.names);
}

bool Variables::bind(const FrameText& text, const Bytes& actual, Known& known) const {
    const auto name = first_unknown(text.text, known);
    if (name.empty()) {
        return parse_frames(replaced(text.text, known, std::nullopt), text.names).front() == actual;
    }
    for (const auto word : words_of(actual)) {
        if (is_port(word)) {
            known[name] = word;
            if (bind(text, actual, known)) {
                return true;
            }
        }
    }
    known.erase(name);
    return false;
}

std::vector<Bytes> Variables::meet(const FrameText& text, const Bytes& actual) {
    if (text.text.empty()) {
        return text.frames;
    }
    auto known = known_;
    if (bind(text, actual, known)) {
        known_ = known;
    }
    const auto otherwise = ports_.empty() ? std::uint16_t{0} : ports_.front().first;
    return parse_frames(replaced(text.text, known_, otherwise), text.names);
}

} // namespace pontoon::test
