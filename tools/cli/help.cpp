#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/verb.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kWidth = 80;

std::string left_side(const Flag& flag) {
    const auto letter = flag.letter == 0 ? std::string("    ") : fmt::format("-{}, ", flag.letter);
    return fmt::format("  {}--{}{}{}", letter, flag.name, flag.type.empty() ? "" : " ", flag.type);
}

std::string described(const Flag& flag) {
    const bool quoted = flag.kind == Flag::Kind::text;
    return flag.preset.empty()
               ? flag.about
               : fmt::format("{} (default {}{}{})", flag.about, quoted ? "\"" : "", flag.preset, quoted ? "\"" : "");
}

// Words in lines that end before kWidth; each but the first begins at `column`.
std::string wrapped(const std::string& text, std::size_t column) {
    std::string result;
    std::size_t used = column;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(' ', begin), text.size());
        if (used > column && used + 1 + end - begin > kWidth) {
            result += "\n" + std::string(column, ' ');
            used = column;
        } else if (used > column) {
            result += ' ';
            ++used;
        }
        result += text.substr(begin, end - begin);
        used += end - begin;
        begin = end + 1;
    }
    return result;
}

} // namespace

std::string flags_text(const std::vector<Flag>& flags) {
    std::size_t column = 0;
    for (const auto& flag : flags) {
        column = std::max(column, left_side(flag).size());
    }
    std::string text;
    for (const auto& flag : flags) {
        text += fmt::format("{:<{}}   {}\n", left_side(flag), column, wrapped(described(flag), column + 3));
    }
    return text;
}

std::string help_text(const Verb& verb) {
    auto text =
        fmt::format("Usage:  pontoon {}{}{}\n\n{}\n", verb.name, verb.words.empty() ? "" : " ", verb.words, verb.about);
    if (!verb.aliases.empty()) {
        text += "\nAliases:\n  pontoon " + verb.name;
        for (const auto& alias : verb.aliases) {
            text += ", pontoon " + alias;
        }
        text += "\n";
    }
    text += "\nOptions:\n" + flags_text(verb.flags);
    return verb.more.empty() ? text : text + "\n" + wrapped(verb.more, 0) + "\n";
}

} // namespace pontoon
