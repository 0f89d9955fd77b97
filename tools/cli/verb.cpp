#include "tools/cli/verb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pontoon {

namespace {

[[noreturn]] void bad(const Verb& verb, const std::string& what) {
    throw BadUsage(fmt::format("{}\n\nUsage:  pontoon {}{}{}\n\nRun 'pontoon {} --help' for more information", what,
                               verb.name, verb.words.empty() ? "" : " ", verb.words, verb.name),
                   125);
}

std::string shown(const Flag& flag) {
    return flag.letter == 0 ? "--" + flag.name : fmt::format("-{}, --{}", flag.letter, flag.name);
}

// As strconv.ParseBool.
bool is_bool(const std::string& text) {
    static const std::vector<std::string> all{"1", "t",     "T",     "true",  "True", "TRUE",
                                              "0", "false", "False", "FALSE", "f",    "F"};
    return std::ranges::find(all, text) != all.end();
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (auto comma = text.find(','); comma != std::string::npos; comma = text.find(',', begin)) {
        parts.push_back(text.substr(begin, comma - begin));
        begin = comma + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

class Reader {
public:
    Reader(const Verb& verb, const std::vector<std::string>& words) : verb_(verb), words_(words) {
        result_.verb = &verb;
    }

    Arguments run() {
        while (at_ < words_.size()) {
            const auto& word = words_[at_++];
            if (word == "--") {
                break;
            }
            if (word.size() < 2 || word[0] != '-') {
                result_.words.push_back(word);
                if (verb_.command_follows) {
                    break;
                }
            } else if (word[1] == '-') {
                long_flag(word.substr(2));
            } else {
                letters(word);
            }
        }
        rest();
        count();
        return std::move(result_);
    }

private:
    // `exec NAME -- ls`: the second -- is no word either.
    void rest() {
        if (verb_.command_follows && !result_.words.empty() && result_.words.size() < verb_.least &&
            at_ < words_.size() && words_[at_] == "--") {
            ++at_;
        }
        result_.words.insert(result_.words.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
    }

    void long_flag(const std::string& word) {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const auto* flag = find([&](const Flag& one) { return one.name == name; });
        if (flag == nullptr) {
            bad(verb_, "unknown flag: --" + name);
        }
        if (equals != std::string::npos) {
            return store(*flag, word.substr(equals + 1));
        }
        if (flag->kind == Flag::Kind::boolean) {
            return store(*flag, "true");
        }
        if (at_ >= words_.size()) {
            bad(verb_, "flag needs an argument: --" + name);
        }
        store(*flag, words_[at_++]);
    }

    void letters(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const auto* flag = find([&](const Flag& one) { return one.letter == word[i]; });
            if (flag == nullptr) {
                bad(verb_, fmt::format("unknown shorthand flag: '{}' in {}", word[i], word));
            }
            const bool assigned = i + 1 < word.size() && word[i + 1] == '=';
            if (flag->kind == Flag::Kind::boolean && !assigned) {
                store(*flag, "true");
                continue;
            }
            if (i + 1 < word.size()) {
                return store(*flag, word.substr(i + (assigned ? 2 : 1)));
            }
            if (at_ >= words_.size()) {
                bad(verb_, fmt::format("flag needs an argument: '{}' in {}", word[i], word));
            }
            store(*flag, words_[at_++]);
        }
    }

    template <class Fits>
    const Flag* find(Fits fits) const {
        const auto found = std::ranges::find_if(verb_.flags, fits);
        return found == verb_.flags.end() ? nullptr : &*found;
    }

    void store(const Flag& flag, const std::string& value) {
        const auto refuse = [&](const std::string& why) {
            bad(verb_, fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", value, shown(flag), why));
        };
        auto& values = result_.values[flag.name];
        switch (flag.kind) {
        case Flag::Kind::boolean:
            if (!is_bool(value)) {
                refuse(fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", value));
            }
            values = {value};
            return;
        case Flag::Kind::number: {
            long number = 0;
            const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
            if (value.empty() || read.ptr != value.data() + value.size() || read.ec != std::errc()) {
                refuse(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", value));
            }
            values = {value};
            return;
        }
        case Flag::Kind::text: values = {value}; return;
        case Flag::Kind::list:
            if (const auto why = wrong(flag, value); !why.empty()) {
                refuse(why);
            }
            values.push_back(value);
            return;
        case Flag::Kind::csv: std::ranges::move(split(value), std::back_inserter(values));
        }
    }

    // What the CLI refuses by itself.
    static std::string wrong(const Flag& flag, const std::string& value) {
        if (flag.type == "filter" && !value.contains('=')) {
            return "bad format of filter (expected name=value)";
        }
        if (flag.name == "label" && value.substr(0, value.find('=')).empty()) {
            return fmt::format("invalid label '{}': empty name", value);
        }
        if (flag.name == "env" && value.substr(0, value.find('=')).empty()) {
            return "invalid environment variable: " + value;
        }
        if (flag.name == "link" && (value.empty() || std::ranges::count(value, ':') > 1)) {
            return value.empty() ? "empty string specified for links" : "bad format for links: " + value;
        }
        return {};
    }

    void count() const {
        if (result_.has("help")) {
            return;
        }
        const auto have = result_.words.size();
        if (have >= verb_.least && have <= verb_.most) {
            return;
        }
        const auto plural = [](unsigned n) { return n == 1 ? "" : "s"; };
        std::string wants;
        if (verb_.most == 0) {
            wants = "accepts no arguments";
        } else if (verb_.least == verb_.most) {
            wants = fmt::format("requires {} argument{}", verb_.least, plural(verb_.least));
        } else if (verb_.most == UINT_MAX) {
            wants = fmt::format("requires at least {} argument{}", verb_.least, plural(verb_.least));
        } else {
            wants = fmt::format("requires at least {} and at most {} argument{}", verb_.least, verb_.most,
                                plural(verb_.most));
        }
        throw BadUsage(
            fmt::format("pontoon: 'pontoon {0}' {1}\n\nUsage:  pontoon {0}{2}{3}\n\n{4} 'pontoon {0} --help' "
                        "for more information",
                        verb_.name, wants, verb_.words.empty() ? "" : " ", verb_.words,
                        verb_.most == UINT_MAX ? "See" : "Run"),
            1);
    }

    const Verb& verb_;
    const std::vector<std::string>& words_;
    std::size_t at_ = 0;
    Arguments result_;
};

} // namespace

bool Arguments::is(const std::string& flag) const {
    const auto found = values.find(flag);
    return found != values.end() && !std::string_view("0fF").contains(found->second.back().front());
}

std::string Arguments::text(const std::string& flag) const {
    if (const auto found = values.find(flag); found != values.end()) {
        return found->second.back();
    }
    const auto known = std::ranges::find(verb->flags, flag, &Flag::name);
    return known == verb->flags.end() ? std::string() : known->preset;
}

long Arguments::number(const std::string& flag) const {
    const auto value = text(flag);
    return value.empty() ? 0 : std::stol(value);
}

std::vector<std::string> Arguments::all(const std::string& flag) const {
    const auto found = values.find(flag);
    return found == values.end() ? std::vector<std::string>{} : found->second;
}

Arguments parse_arguments(const Verb& verb, const std::vector<std::string>& words) {
    return Reader(verb, words).run();
}

} // namespace pontoon
