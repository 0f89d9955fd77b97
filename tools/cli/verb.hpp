// A verb of the command, as a table: from it come its parsing, --help, its manual page and bash completion. The grammar
// and the texts of errors are those of the docker CLI (flags before and behind words, -it, --flag=value, --), which
// Boost.Program_options does not read.
#pragma once

#include <climits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace pontoon {

struct Flag {
    enum class Kind {
        boolean, // --name, --name=false
        text,
        number,
        list, // repeatable
        csv,  // repeatable, and several with commas
    };
    std::string name;
    char letter = 0;
    Kind kind = Kind::boolean;
    std::string type; // what --help calls the value: string, list, filter
    std::string about;
    std::string preset = {}; // shown, and the value when the flag is not given
};

struct Verb;

// A command line that was read.
class Arguments {
public:
    const Verb* verb = nullptr;
    std::string socket;
    std::vector<std::string> words;
    std::map<std::string, std::vector<std::string>> values; // by the flag's name

    [[nodiscard]] bool has(const std::string& flag) const { return values.contains(flag); }
    [[nodiscard]] bool is(const std::string& flag) const; // a boolean that is true
    [[nodiscard]] std::string text(const std::string& flag) const;
    [[nodiscard]] long number(const std::string& flag) const;
    [[nodiscard]] std::vector<std::string> all(const std::string& flag) const;
};

// What the words of a verb are, for completion.
enum class Completes { nothing, network, network_then_container, container, running, any };

struct Verb {
    std::string name;  // "network create"
    std::string words; // "[OPTIONS] NETWORK"
    std::string about;
    std::vector<Flag> flags;
    unsigned least = 0; // words
    unsigned most = UINT_MAX;
    Completes completes = Completes::nothing;
    int (*run)(const Arguments&) = nullptr;
    std::vector<std::string> aliases = {};
    bool command_follows = false; // flags end at the first word, which is behind `least` - 1 others a command
    std::string more = {};        // paragraphs for --help and the manual
};

// Why a command line cannot be: the text, the verb's usage and the exit status.
class BadUsage : public std::runtime_error {
public:
    BadUsage(const std::string& text, int status_) : std::runtime_error(text), status(status_) {}
    int status;
};

// The words behind the verb's name. Throws BadUsage.
[[nodiscard]] Arguments parse_arguments(const Verb& verb, const std::vector<std::string>& words);

// As `docker VERB --help` looks.
[[nodiscard]] std::string help_text(const Verb& verb);
// "  -a, --all   Show all", wrapped at 80 columns.
[[nodiscard]] std::string flags_text(const std::vector<Flag>& flags);

} // namespace pontoon
