// Expected values are those that Go's text/template gives (its documentation and its exec_test.go).
#include "tools/template/template.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace pontoon::template_test {

namespace {

namespace json = boost::json;

const json::value kData = json::parse(R"({
  "Name": "n1", "Empty": "", "N": 7, "Zero": 0, "Yes": true, "No": false, "Nil": null, "Real": 1.5,
  "List": ["a", "b", "c"], "None": [], "Map": {"z": 1, "a": {"b": "deep"}}, "Ports": {"80/tcp": [{"HostPort": "8080"}]}
})");

std::string text_of(std::string_view text) {
    return Template(text).run(kData);
}

std::string error_of(std::string_view text) {
    try {
        return "none: " + text_of(text);
    } catch (const BadTemplate& error) {
        return error.what();
    }
}

struct Case {
    const char* text;
    const char* result;
};

void check_all(std::initializer_list<Case> cases) {
    for (const auto& one : cases) {
        INFO(one.text);
        CHECK(error_of(one.text) == std::string("none: ") + one.result);
    }
}

} // namespace

TEST_CASE("template values are printed as Go prints them") {
    check_all({{"plain", "plain"},
               {"{{.Name}}", "n1"},
               {"<{{.N}} {{.Real}} {{.Yes}}>", "<7 1.5 true>"},
               {"{{.Nil}}", "<no value>"},
               {"{{.List}}", "[a b c]"},
               {"{{.Map}}", "map[a:map[b:deep] z:1]"},
               {"{{.Map.a.b}}", "deep"},
               {"{{json .List}} {{json .Name}} {{json .Nil}}", "[\"a\",\"b\",\"c\"] \"n1\" null"},
               {"{{\"a\\tb\"}}{{`c\\t`}}", "a\tbc\\t"},
               {"{{1}}{{-2}}{{true}}", "1-2true"},
               {"{{/* nothing */}}x", "x"}});
}

TEST_CASE("template trim markers take white space away") {
    check_all({{"a  {{- .N}}", "a7"}, {"{{.N -}}  \n b", "7b"}, {"a {{- /* c */ -}} b", "ab"}, {"{{- -3}}", "-3"}});
}

TEST_CASE("template conditions") {
    check_all({{"{{if .Yes}}y{{else}}n{{end}}", "y"},
               {"{{if .No}}y{{else}}n{{end}}", "n"},
               {"{{if .Empty}}y{{end}}{{if .Zero}}y{{end}}{{if .None}}y{{end}}{{if .Nil}}y{{end}}", ""},
               {"{{if .No}}1{{else if .Zero}}2{{else if .N}}3{{else}}4{{end}}", "3"},
               {"{{if and .Yes .N}}y{{end}}{{if or .No .Empty}}y{{end}}{{if not .No}}z{{end}}", "yz"},
               {"{{if eq .Name \"x\" \"n1\"}}y{{end}}{{if ne .N 7}}y{{end}}", "y"},
               {"{{lt .N 8}} {{ge .N 8}} {{gt .Real 1}} {{le .N 7}}", "true false true true"},
               {"{{with .Map.a}}{{.b}}{{end}}{{with .Nil}}x{{else}}none{{end}}", "deepnone"}});
}

TEST_CASE("template loops and variables") {
    check_all({{"{{range .List}}<{{.}}>{{end}}", "<a><b><c>"},
               {"{{range $i, $e := .List}}{{$i}}{{$e}}{{end}}", "0a1b2c"},
               {"{{range $k, $v := .Map}}{{$k}};{{end}}", "a;z;"},
               {"{{range .None}}x{{else}}empty{{end}}", "empty"},
               {"{{$x := .N}}{{$x}}{{$x = 8}}{{$x}}", "78"},
               {"{{range .List}}{{$.Name}}{{end}}", "n1n1n1"},
               {"{{$x := 1}}{{if .Yes}}{{$x = 2}}{{end}}{{$x}}", "2"},
               {"{{range $p, $c := .Ports}}{{$p}}->{{(index $c 0).HostPort}}{{end}}", "80/tcp->8080"}});
}

TEST_CASE("template functions") {
    check_all({{"{{len .List}}{{len .Name}}{{len .Map}}", "322"},
               {"{{index .List 1}}{{index .Map \"a\" \"b\"}}", "bdeep"},
               {"{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8080"},
               {"{{index .Map \"nope\"}}", "<no value>"},
               {"{{join .List \",\"}} {{.Name | upper}} {{upper .Name | lower}}", "a,b,c N1 n1"},
               {"{{println .N .Name}}", "7 n1\n"},
               {"{{print 1 2 \"x\" 3}}", "1 2x3"},
               {"{{printf \"%s=%d|%5s|%-4s|%03d|%v|%q|%t|%%\" .Name .N \"r\" \"l\" 7 .List .Name true}}",
                "n1=7|    r|l   |007|[a b c]|\"n1\"|true|%"},
               {"{{printf \"%s\" 1}}{{printf \"%d\"}}", "%!s(1)%!d(MISSING)"},
               {"{{range split \"a/b\" \"/\"}}{{.}};{{end}}", "a;b;"},
               {"{{title \"ab cd\"}} {{pad \"x\" 1 2}}. {{truncate \"abcdef\" 3}}", "Ab Cd  x  . abc"}});
}

TEST_CASE("template methods take arguments") {
    Methods methods;
    methods["Label"] = [](const json::value& receiver, std::span<const json::value> arguments) -> json::value {
        return json::string(std::string(receiver.at("Name").as_string()) + ":" + std::string(arguments[0].as_string()));
    };
    CHECK(Template("{{.Label \"k\"}}").run(kData, methods) == "n1:k");
    CHECK(Template("{{\"k\" | .Label}}").run(kData, methods) == "n1:k");
}

TEST_CASE("template errors say where and what") {
    CHECK(error_of("{{.Foo") == "template: :1: unclosed action");
    CHECK(error_of("{{.Foo}}") == "template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\"");
    CHECK(error_of("a\n {{.Name.X}}") ==
          "template: :2:3: executing \"\" at <.Name.X>: can't evaluate field X in type string");
    CHECK(error_of("{{.Nil.X}}").ends_with("nil pointer evaluating interface {}.X"));
    CHECK(error_of("{{nope 1}}") == "template: :1: function \"nope\" not defined");
    CHECK(error_of("{{if .N}}x").starts_with("template: :1: unexpected EOF"));
    CHECK(error_of("{{end}}") == "template: :1: unexpected {{end}}");
    CHECK(error_of("{{}}") == "template: :1: missing value for command");
    CHECK(error_of("{{\"a}}") == "template: :1: unterminated quoted string");
    CHECK(error_of("{{/* a}}") == "template: :1: unclosed comment");
    CHECK(error_of("{{index .List 3}}").ends_with("error calling index: index out of range: 3"));
    CHECK(error_of("{{len 3}}").contains("error calling len"));
    CHECK(error_of("{{eq .N .Name}}").ends_with("incompatible types for comparison"));
    CHECK(error_of("{{$x}}").ends_with("undefined variable \"$x\""));
    CHECK(error_of("{{range .N}}{{end}}").contains("range can't iterate over 7"));
    CHECK(error_of("{{(.N}}") == "template: :1: unclosed left paren");
}

TEST_CASE("hostile templates end with an error") {
    std::string deep;
    std::string ends;
    for (int i = 0; i < 10'000; ++i) {
        deep += "{{if .Yes}}";
        ends += "{{end}}";
    }
    CHECK(error_of(deep + ends).ends_with("too deep"));
    CHECK(error_of("{{" + std::string(100'000, '(') + "}}").ends_with("too deep"));
    std::string chain = "{{if .No}}";
    for (int i = 0; i < 10'000; ++i) {
        chain += "{{else if .No}}";
    }
    CHECK(error_of(chain + "{{end}}").ends_with("too deep"));
    CHECK(error_of("{{printf \"%99999999999d\" 1}}").contains("width is too large"));
    CHECK(error_of("{{pad \"x\" 99999999 0}}").contains("wrong width"));
    // Twice as long with each of 40 steps: more than there is memory for.
    std::string doubling = "{{$x := \"abcdefgh\"}}";
    for (int i = 0; i < 40; ++i) {
        doubling += "{{$x = print $x $x}}";
    }
    CHECK(error_of(doubling).ends_with("it does too much"));
}

} // namespace pontoon::template_test
