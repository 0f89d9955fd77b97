// A template as a tree.
#pragma once

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/template/lexer.hpp"

namespace pontoon {

struct Pipeline;

struct Operand {
    enum class Kind { dot, variable, literal, function, pipeline };
    Kind kind = Kind::dot;
    std::string name{};                // of a variable or function
    boost::json::value literal{};      // nil is null
    std::shared_ptr<Pipeline> group{}; // in parentheses
    std::vector<std::string> path{};   // fields behind it
    std::size_t at = 0;
};

// A function or method with its arguments, or one operand.
using Command = std::vector<Operand>;

struct Pipeline {
    std::vector<std::string> variables; // that it sets; two in {{range $i, $e := ...}}
    bool declares = false;              // := and not =
    std::vector<Command> commands;
};

struct Node {
    enum class Kind { text, action, if_, range, with };
    Kind kind = Kind::text;
    std::string text{};
    Pipeline pipeline{};
    std::vector<Node> body{};
    std::vector<Node> otherwise{}; // {{else}}
};

// At most 64 levels of {{if}} and parentheses. Throws BadTemplate.
[[nodiscard]] std::vector<Node> parse_template(std::string_view text);

} // namespace pontoon
