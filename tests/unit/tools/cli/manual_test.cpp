#include "tools/cli/manual.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "tools/cli/verbs.hpp"

namespace pontoon::manual_test {

TEST_CASE("no two verbs or flags of one have the same name") {
    std::set<std::string> names;
    for (const auto& verb : all_verbs()) {
        CHECK(names.insert(verb.name).second);
        CHECK(verb.run != nullptr);
        CHECK_FALSE(verb.about.empty());
        std::set<std::string> flags;
        for (const auto& flag : verb.flags) {
            INFO(verb.name << " --" << flag.name);
            CHECK(flags.insert(flag.name).second);
            CHECK((flag.letter == 0 || flags.insert(std::string(1, flag.letter)).second));
            CHECK((flag.kind == Flag::Kind::boolean) == flag.type.empty());
        }
    }
}

TEST_CASE("a manual page has all of the table") {
    Verb verb{.name = "network try",
              .words = "[OPTIONS] THING",
              .about = "Try a thing",
              .flags = {{"name", 'n', Flag::Kind::text, "string", "Its .name", "x"}},
              .aliases = {"network attempt"},
              .more = ".dot first"};
    const auto text = manual_page(page_of(verb));
    CHECK(text.starts_with(".TH PONTOON\\-NETWORK\\-TRY 1"));
    CHECK(text.contains("pontoon\\-network\\-try \\- Try a thing\n"));
    CHECK(text.contains("\\fB\\-n\\fR, \\fB\\-\\-name\\fR \\fIstring\\fR\nIts .name (default x)\n"));
    CHECK(text.contains("\n\\&.dot first\n")); // no request to troff
    CHECK(text.contains("\\fBpontoon network attempt\\fR"));
}

TEST_CASE("options of other programs become flags") {
    namespace po = boost::program_options;
    po::options_description options;
    options.add_options()("publish,p", po::value<std::string>()->value_name("SPEC")->default_value("80"), "ports");
    options.add_options()("json", "as JSON");
    const auto flags = flags_of(options);
    REQUIRE(flags.size() == 2);
    CHECK(flags[0].name == "publish");
    CHECK(flags[0].letter == 'p');
    CHECK(flags[0].type == "SPEC");
    CHECK(flags[0].preset == "80");
    CHECK(flags[1].letter == 0);
    CHECK(flags[1].type.empty());
}

TEST_CASE("completion knows every verb") {
    std::vector<Page> pages;
    for (const auto& verb : all_verbs()) {
        pages.push_back(page_of(verb));
    }
    const auto script = bash_completion(pages);
    for (const auto& verb : all_verbs()) {
        CHECK(script.contains("    '" + verb.name + "')\n"));
    }
    CHECK(script.contains("complete -F _pontoon pontoon"));
}

} // namespace pontoon::manual_test
