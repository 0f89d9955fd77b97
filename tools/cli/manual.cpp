#include "tools/cli/manual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pontoon {

namespace {

// What troff would take for its own.
std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\' || c == '-') {
            result += c == '\\' ? "\\e" : "\\-";
        } else {
            result += (c == '.' || c == '\'') && (result.empty() || result.back() == '\n') ? std::string("\\&") + c
                                                                                           : std::string(1, c);
        }
    }
    return result;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::toupper(c)); });
    return text;
}

std::string head(const Page& page) {
    return fmt::format(".TH {} {} \"\" \"pontoon {}\" \"Pontoon\"\n", upper(escaped(page.name)), page.section,
                       PONTOON_VERSION);
}

std::string see_also(const Page& page) {
    const std::string others = page.section == 8        ? ".BR pontoon (1)"
                               : page.name == "pontoon" ? ".BR pontoond (8)"
                                                        : ".BR pontoon (1),\n.BR pontoond (8)";
    return ".SH SEE ALSO\n" + others + "\n";
}

} // namespace

Page page_of(const Verb& verb) {
    Page page{.name = "pontoon-" + verb.name,
              .command = "pontoon " + verb.name,
              .words = verb.words,
              .about = verb.about,
              .more = verb.more,
              .flags = verb.flags,
              .completes = verb.completes,
              .aliases = verb.aliases};
    std::ranges::replace(page.name, ' ', '-');
    return page;
}

std::vector<Flag> flags_of(const boost::program_options::options_description& options) {
    std::vector<Flag> flags;
    for (const auto& option : options.options()) {
        const auto both = option->format_name(); // "-p [ --publish ]" or "--name"
        const bool letter = both.size() > 2 && both[1] != '-';
        auto value = option->format_parameter(); // "NAME (=preset)"
        const auto preset = value.find(" (=");
        flags.push_back(
            {.name = option->long_name(),
             .letter = letter ? both[1] : '\0',
             .kind = value.empty() ? Flag::Kind::boolean : Flag::Kind::text,
             .type = value.substr(0, preset),
             .about = option->description(),
             .preset = preset == std::string::npos ? "" : value.substr(preset + 3, value.size() - preset - 4)});
    }
    return flags;
}

std::string manual_page(const Page& page) {
    auto text = head(page);
    text += fmt::format(".SH NAME\n{} \\- {}\n", escaped(page.name), escaped(page.about));
    text += fmt::format(".SH SYNOPSIS\n.B {}\n{}\n", escaped(page.command), escaped(page.words));
    text += fmt::format(".SH DESCRIPTION\n{}.\n", escaped(page.about));
    if (!page.more.empty()) {
        text += ".PP\n" + escaped(page.more) + "\n";
    }
    if (!page.aliases.empty()) {
        text += ".PP\nThe same as";
        for (const auto& alias : page.aliases) {
            text += fmt::format("{} \\fBpontoon {}\\fR", alias == page.aliases.front() ? "" : ",", escaped(alias));
        }
        text += ".\n";
    }
    text += ".SH OPTIONS\n";
    for (const auto& flag : page.flags) {
        const auto letter = flag.letter == 0 ? std::string() : fmt::format("\\fB\\-{}\\fR, ", flag.letter);
        const auto value = flag.type.empty() ? "" : fmt::format(" \\fI{}\\fR", escaped(flag.type));
        text += fmt::format(".TP\n{}\\fB\\-\\-{}\\fR{}\n{}{}\n", letter, escaped(flag.name), value, escaped(flag.about),
                            flag.preset.empty() ? "" : fmt::format(" (default {})", escaped(flag.preset)));
    }
    return text + see_also(page);
}

std::string overview_page(const std::vector<Page>& pages) {
    const Page own{
        .name = "pontoon", .command = "pontoon", .words = {}, .about = {}, .more = {}, .flags = {}, .aliases = {}};
    auto text = head(own) + ".SH NAME\npontoon \\- networks for containers, as docker's\n"
                            ".SH SYNOPSIS\n.B pontoon\nVERB [OPTIONS] ...\n.SH DESCRIPTION\n"
                            "Each verb has a page of its own.\n";
    for (const auto& page : pages) {
        if (page.section == 1) {
            text += fmt::format(".TP\n.BR {} (1)\n{}\n", escaped(page.name), escaped(page.about));
        }
    }
    text += ".SH ENVIRONMENT\n.TP\n.B PONTOON_SOCKET\nThe daemon's socket, /run/pontoon/pontoon.sock unless told.\n"
            ".TP\n.B NO_COLOR\nNo colours, also on a terminal.\n";
    return text + see_also(own);
}

} // namespace pontoon
