#include "tools/cli/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tools/cli/daemon_client.hpp"
#include "tools/template/lexer.hpp"

namespace pontoon {

namespace {

std::vector<Verb> made() {
    std::vector<Verb> all;
    for (auto* group : {run_verbs, look_verbs, container_verbs, network_verbs, system_verbs}) {
        std::ranges::move(group(), std::back_inserter(all));
    }
    for (auto& verb : all) {
        const bool short_help = std::ranges::none_of(verb.flags, [](const auto& flag) { return flag.letter == 'h'; });
        verb.flags.push_back({"socket", 0, Flag::Kind::text, "string", "The daemon's socket ($PONTOON_SOCKET)",
                              "/run/pontoon/pontoon.sock"});
        verb.flags.push_back({"help", short_help ? 'h' : '\0', Flag::Kind::boolean, "", "Print usage"});
        std::ranges::sort(verb.flags, {}, &Flag::name);
    }
    return all;
}

// The verb that `words` begin with, and how many of them are its name.
std::pair<const Verb*, std::size_t> verb_of(const std::vector<std::string>& words) {
    for (const std::size_t count : {2U, 1U}) {
        if (words.size() < count) {
            continue;
        }
        const auto name = count == 2 ? words[0] + " " + words[1] : words[0];
        for (const auto& verb : all_verbs()) {
            if (verb.name == name || std::ranges::find(verb.aliases, name) != verb.aliases.end()) {
                return {&verb, count};
            }
        }
    }
    return {nullptr, 0};
}

std::string socket_of(const Arguments& arguments) {
    const char* const preset = std::getenv("PONTOON_SOCKET");
    const bool given = arguments.has("socket") || preset == nullptr || *preset == '\0';
    const auto socket = given ? arguments.text("socket") : preset;
    return socket.starts_with("unix://") ? socket.substr(7) : socket;
}

// `pontoon network` alone.
int group_help(const std::string& group, const std::vector<std::string>& words) {
    if (words.size() > 1 && words[1] != "--help" && words[1] != "-h") {
        fmt::print(stderr,
                   "pontoon: unknown command: pontoon {0} {1}\n\nUsage:  pontoon {0}\n\nRun 'pontoon {0} --help' "
                   "for more information\n",
                   group, words[1]);
        return 1;
    }
    fmt::print("Usage:  pontoon {0} COMMAND\n\nManage {0}s\n\nCommands:\n", group);
    for (const auto& verb : all_verbs()) {
        if (verb.name.starts_with(group + " ")) {
            fmt::print("  {:<10}  {}\n", verb.name.substr(group.size() + 1), verb.about);
        }
    }
    fmt::print("\nRun 'pontoon {} COMMAND --help' for more information on a command.\n", group);
    return 0;
}

} // namespace

const std::vector<Verb>& all_verbs() {
    static const std::vector<Verb> all = made();
    return all;
}

Flag format_flag(char letter) {
    return {"format", letter, Flag::Kind::text, "string",
            "Format output using a custom template: 'table', 'table TEMPLATE', 'json', or a Go template"};
}

Flag filter_flag(char letter, const std::string& about) {
    return {"filter", letter, Flag::Kind::list, "filter", about};
}

int for_each_word(const std::vector<std::string>& words, bool (*each)(const Arguments&, const std::string&),
                  const Arguments& arguments) {
    std::string errors;
    for (const auto& word : words) {
        try {
            if (each(arguments, word)) {
                fmt::print("{}\n", word);
            }
        } catch (const DaemonSays& error) {
            errors += std::string(error.what()) + "\n";
        }
    }
    std::cout.flush();
    std::fflush(stdout);
    fmt::print(stderr, "{}", errors);
    return errors.empty() ? 0 : 1;
}

int run_verb(const std::vector<std::string>& words) {
    const auto [verb, count] = verb_of(words);
    if (verb == nullptr) {
        return !words.empty() && (words[0] == "network" || words[0] == "container") ? group_help(words[0], words) : -1;
    }
    const int broken = verb->command_follows && verb->name != "exec" ? 125 : 1;
    try {
        auto arguments = parse_arguments(*verb, {words.begin() + static_cast<std::ptrdiff_t>(count), words.end()});
        if (arguments.is("help")) {
            fmt::print("{}", help_text(*verb));
            return 0;
        }
        arguments.socket = socket_of(arguments);
        return verb->run(arguments);
    } catch (const BadUsage& error) {
        std::fflush(stdout);
        fmt::print(stderr, "{}\n", error.what());
        return error.status;
    } catch (const std::exception& error) {
        std::fflush(stdout);
        fmt::print(stderr, "{}{}\n", broken == 125 ? "pontoon: " : "", error.what());
        return broken;
    }
}

} // namespace pontoon
