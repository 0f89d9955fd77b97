// The words of a template in Go's notation (pkg.go.dev/text/template): text between actions, and what is inside of
// {{ }}. Trim markers ({{- and -}}) have been applied and comments are gone.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pontoon {

class BadTemplate : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Token {
    enum class Kind {
        text,     // outside of actions
        open,     // {{
        close,    // }}
        field,    // .Name, without the dot; empty for a dot alone
        variable, // $name, without the dollar
        word,     // if, range, a function
        string,   // unquoted
        number,
        sign, // one of | ( ) , = or :=
    };
    Kind kind = Kind::text;
    std::string text;
    std::size_t at = 0;  // offset in the template
    bool spaced = false; // behind a space: ".A .B" are two operands, ".A.B" is one
};

// Throws BadTemplate.
[[nodiscard]] std::vector<Token> lex_template(std::string_view text);

// "1:2", line and column of an offset as Go counts them.
[[nodiscard]] std::string place_in(std::string_view text, std::size_t at);

} // namespace pontoon
