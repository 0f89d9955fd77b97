// Templates as of `docker ... --format`: Go's text/template over values of JSON. Source: pkg.go.dev/text/template and
// docs.docker.com/go/formatting. A template that is hostile can do no harm: its depth, steps and output are limited.
#pragma once

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/template/parser.hpp"

namespace pontoon {

// What a value does when it is asked with arguments: {{.Label "name"}}.
using Method = std::function<boost::json::value(const boost::json::value& receiver,
                                                std::span<const boost::json::value> arguments)>;
using Methods = std::map<std::string, Method, std::less<>>;

class Template {
public:
    // Throws BadTemplate: "template: :1: unclosed action".
    explicit Template(std::string_view text);

    // Throws BadTemplate: `template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"`.
    [[nodiscard]] std::string run(const boost::json::value& data, const Methods& methods = {}) const;

private:
    std::string text_;
    std::vector<Node> nodes_;
};

} // namespace pontoon
