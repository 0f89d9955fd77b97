#include "tools/cli/verb.hpp"

#include <catch2/catch.hpp>

namespace pontoon::verb_test {

namespace {

using K = Flag::Kind;

Verb some_verb() {
    return {.name = "try",
            .words = "[OPTIONS] THING",
            .about = "Try a thing",
            .flags = {{"all", 'a', K::boolean, "", "All"},
                      {"name", 'n', K::text, "string", "Its name", "none"},
                      {"count", 'c', K::number, "int", "How many"},
                      {"env", 'e', K::list, "list", "Variables"},
                      {"alias", 0, K::csv, "strings", "Names"},
                      {"filter", 'f', K::list, "filter", "Filters"}},
            .least = 1,
            .most = 2};
}

Arguments parsed(const std::vector<std::string>& words) {
    static const auto verb = some_verb();
    return parse_arguments(verb, words);
}

std::string error_of(const std::vector<std::string>& words) {
    try {
        parsed(words);
        return "none";
    } catch (const BadUsage& error) {
        const std::string text = error.what();
        return std::to_string(error.status) + " " + text.substr(0, text.find('\n'));
    }
}

} // namespace

TEST_CASE("flags stand before and behind words, together and apart") {
    const auto all = parsed({"x", "-ac", "3", "--name=n", "-eA=1", "-e", "B=2", "--alias", "a,b", "--alias", "c", "y"});
    CHECK(all.words == std::vector<std::string>{"x", "y"});
    CHECK(all.is("all"));
    CHECK(all.number("count") == 3);
    CHECK(all.text("name") == "n");
    CHECK(all.all("env") == std::vector<std::string>{"A=1", "B=2"});
    CHECK(all.all("alias") == std::vector<std::string>{"a", "b", "c"});
    CHECK(parsed({"x"}).text("name") == "none");
    CHECK_FALSE(parsed({"x", "--all=false"}).is("all"));
    CHECK(parsed({"--", "-x"}).words == std::vector<std::string>{"-x"});
    CHECK(parsed({"-", "x"}).words == std::vector<std::string>{"-", "x"});
}

TEST_CASE("wrong command lines are refused as the docker CLI does") {
    CHECK(error_of({"--bogus"}) == "125 unknown flag: --bogus");
    CHECK(error_of({"-z"}) == "125 unknown shorthand flag: 'z' in -z");
    CHECK(error_of({"-an"}) == "125 flag needs an argument: 'n' in -an");
    CHECK(error_of({"--name"}) == "125 flag needs an argument: --name");
    CHECK(error_of({"-c", "x", "y"}) ==
          "125 invalid argument \"x\" for \"-c, --count\" flag: strconv.ParseInt: parsing \"x\": invalid syntax");
    CHECK(error_of({"--all=foo", "y"}) ==
          "125 invalid argument \"foo\" for \"-a, --all\" flag: strconv.ParseBool: parsing \"foo\": invalid syntax");
    CHECK(error_of({"-f", "x", "y"}) ==
          "125 invalid argument \"x\" for \"-f, --filter\" flag: bad format of filter (expected name=value)");
    CHECK(error_of({"-e", "", "y"}) ==
          "125 invalid argument \"\" for \"-e, --env\" flag: invalid environment variable: ");
    CHECK(error_of({}) == "1 pontoon: 'pontoon try' requires at least 1 and at most 2 arguments");
    CHECK(error_of({"a", "b", "c"}) == "1 pontoon: 'pontoon try' requires at least 1 and at most 2 arguments");
}

TEST_CASE("a command behind a verb keeps its own flags") {
    auto verb = some_verb();
    verb.command_follows = true;
    verb.most = UINT_MAX;
    CHECK(parse_arguments(verb, {"-a", "ls", "-l", "--", "-a"}).words ==
          std::vector<std::string>{"ls", "-l", "--", "-a"});
    CHECK(parse_arguments(verb, {"-a", "--", "ls", "-l"}).words == std::vector<std::string>{"ls", "-l"});
    verb.least = 2; // a container, then the command
    CHECK(parse_arguments(verb, {"c", "--", "ls", "--"}).words == std::vector<std::string>{"c", "ls", "--"});
}

TEST_CASE("help is made of the table") {
    const auto text = help_text(some_verb());
    CHECK(text.starts_with("Usage:  pontoon try [OPTIONS] THING\n\nTry a thing\n\nOptions:\n"));
    CHECK(text.contains("  -a, --all             All\n"));
    CHECK(text.contains("      --alias strings   Names\n"));
    CHECK(text.contains("Its name (default \"none\")"));
}

} // namespace pontoon::verb_test
