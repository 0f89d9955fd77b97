#include "tests/support/words.hpp"

#include <algorithm>
#include <charconv>

namespace pontoon::test {

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        }
        if (quoted || (c != ' ' && c != '\t')) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (quoted) {
        throw BadText("a quote is not closed");
    }
    if (!word.empty()) {
        words.push_back(std::move(word));
    }
    return words;
}

std::uint64_t parse_number(std::string_view text, std::uint64_t most) {
    const bool hexadecimal = text.starts_with("0x");
    const auto digits = text.substr(hexadecimal ? 2 : 0);
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end != digits.data() + digits.size() || value > most) {
        throw BadText("\"" + std::string(text) + "\" is not a number up to " + std::to_string(most));
    }
    return value;
}

Bytes parse_hex(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != ' ' && c != ':' && c != '.'; });
    if (digits.size() % 2 != 0) {
        throw BadText("\"" + std::string(text) + "\" has half a byte");
    }
    Bytes bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(parse_number("0x" + digits.substr(i, 2), 255)));
    }
    return bytes;
}

Words::Words(std::string_view text) {
    for (auto& word : split_words(text)) {
        const auto equals = word.starts_with('"') ? std::string::npos : word.find('=');
        words_.push_back(word.substr(0, equals));
        if (equals != std::string::npos) {
            words_.push_back(word.substr(equals + 1));
        }
    }
}

std::string Words::next(std::string_view what) {
    if (words_.empty()) {
        throw BadText(std::string(what) + " is missing");
    }
    auto word = std::move(words_.front());
    words_.erase(words_.begin());
    return word;
}

void Words::expect(std::string_view word) {
    const auto found = next(word);
    if (found != word) {
        throw BadText("\"" + found + "\" stands where " + std::string(word) + " should");
    }
}

bool Words::flag(std::string_view word) {
    const auto found = std::ranges::find(words_, word);
    if (found == words_.end()) {
        return false;
    }
    words_.erase(found);
    return true;
}

std::optional<std::string> Words::value(std::string_view key) {
    const auto found = std::ranges::find(words_, key);
    if (found == words_.end()) {
        return std::nullopt;
    }
    if (found + 1 == words_.end()) {
        throw BadText(std::string(key) + " has no value");
    }
    auto value = std::move(*(found + 1));
    words_.erase(found, found + 2);
    return value;
}

std::optional<std::uint64_t> Words::number(std::string_view key, std::uint64_t most) {
    const auto text = value(key);
    return text ? std::optional(parse_number(*text, most)) : std::nullopt;
}

Bytes Words::options(std::size_t unit) {
    const auto text = value("options");
    Bytes bytes = text ? parse_hex(*text) : Bytes{};
    bytes.resize((bytes.size() + unit - 1) / unit * unit);
    return bytes;
}

void Words::end() const {
    if (!words_.empty()) {
        throw BadText("\"" + words_.front() + "\" means nothing here");
    }
}

} // namespace pontoon::test
