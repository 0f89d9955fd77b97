#include "tools/template/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pontoon {

namespace {

constexpr std::string_view kSpaces = " \t\r\n";

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        while (at_ < text_.size()) {
            outside();
        }
        return std::move(tokens_);
    }

private:
    [[noreturn]] void bad(const std::string& what) const {
        const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
        throw BadTemplate(fmt::format("template: :{}: {}", line, what));
    }

    bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }
    bool is_space(std::size_t at) const { return at < text_.size() && kSpaces.contains(text_[at]); }

    void add(Token::Kind kind, std::string text, std::size_t at) {
        tokens_.push_back({kind, std::move(text), at, spaced_});
        spaced_ = false;
    }

    void outside() {
        const auto end = std::min(text_.find("{{", at_), text_.size());
        std::string text(text_.substr(at_, end - at_));
        const bool trims = text_.substr(end).starts_with("{{-") && is_space(end + 3);
        if (trims) {
            text.erase(text.find_last_not_of(kSpaces) + 1);
        }
        if (trim_next_) {
            text.erase(0, std::min(text.find_first_not_of(kSpaces), text.size()));
        }
        trim_next_ = false;
        if (!text.empty()) {
            add(Token::Kind::text, std::move(text), at_);
        }
        at_ = end;
        if (at_ < text_.size()) {
            at_ += trims ? 3 : 2;
            inside(end);
        }
    }

    void inside(std::size_t begin) {
        const auto word = text_.find_first_not_of(kSpaces, at_);
        if (word != std::string_view::npos && text_.substr(word).starts_with("/*")) {
            return comment(word);
        }
        add(Token::Kind::open, "{{", begin);
        while (!closes()) {
            if (at_ >= text_.size()) {
                bad("unclosed action");
            }
            if (is_space(at_)) {
                spaced_ = true;
                ++at_;
            } else {
                token();
            }
        }
    }

    void comment(std::size_t begin) {
        const auto end = text_.find("*/", begin + 2);
        if (end == std::string_view::npos) {
            bad("unclosed comment");
        }
        at_ = end + 2;
        while (is_space(at_) && !starts(" -}}")) {
            ++at_;
        }
        const bool trims = starts(" -}}");
        if (!trims && !starts("}}")) {
            bad("comment ends before closing delimiter");
        }
        trim_next_ = trims;
        at_ += trims ? 4 : 2;
    }

    bool closes() {
        const bool trims = is_space(at_) && text_.substr(at_ + 1).starts_with("-}}");
        if (!trims && !starts("}}")) {
            return false;
        }
        add(Token::Kind::close, "}}", at_);
        at_ += trims ? 4 : 2;
        trim_next_ = trims;
        return true;
    }

    void token() {
        const auto begin = at_;
        const char c = text_[at_];
        if (c == '"' || c == '`') {
            return c == '"' ? quoted() : raw();
        }
        if (c == '.' || c == '$') {
            ++at_;
            return add(c == '.' ? Token::Kind::field : Token::Kind::variable, word(), begin);
        }
        if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+') {
            return number();
        }
        if (is_word(c)) {
            return add(Token::Kind::word, word(), begin);
        }
        if (starts(":=")) {
            at_ += 2;
            return add(Token::Kind::sign, ":=", begin);
        }
        if (!std::string_view("|(),=").contains(c)) {
            bad(fmt::format("unexpected \"{}\" in operand", c));
        }
        ++at_;
        add(Token::Kind::sign, std::string(1, c), begin);
    }

    std::string word() {
        const auto begin = at_;
        while (at_ < text_.size() && is_word(text_[at_])) {
            ++at_;
        }
        return std::string(text_.substr(begin, at_ - begin));
    }

    void number() {
        const auto begin = at_++;
        while (at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '.')) {
            ++at_;
        }
        if (at_ < text_.size() && is_word(text_[at_])) {
            bad(fmt::format("bad number syntax: \"{}\"", text_.substr(begin, at_ + 1 - begin)));
        }
        add(Token::Kind::number, std::string(text_.substr(begin, at_ - begin)), begin);
    }

    void raw() {
        const auto end = text_.find('`', at_ + 1);
        if (end == std::string_view::npos) {
            bad("unterminated raw quoted string");
        }
        add(Token::Kind::string, std::string(text_.substr(at_ + 1, end - at_ - 1)), at_);
        at_ = end + 1;
    }

    void quoted() {
        const auto begin = at_;
        std::string value;
        for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
            value += text_[at_] == '\\' ? escape() : text_[at_];
        }
        if (at_ >= text_.size() || text_[at_] != '"') {
            bad("unterminated quoted string");
        }
        ++at_;
        add(Token::Kind::string, std::move(value), begin);
    }

    char escape() {
        constexpr std::string_view kNames = "ntr\\\"";
        constexpr std::string_view kValues = "\n\t\r\\\"";
        ++at_;
        const auto which = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
        if (which == std::string_view::npos) {
            bad("invalid syntax");
        }
        return kValues[which];
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool trim_next_ = false;
    bool spaced_ = false;
    std::vector<Token> tokens_;
};

} // namespace

std::vector<Token> lex_template(std::string_view text) {
    return Lexer(text).run();
}

std::string place_in(std::string_view text, std::size_t at) {
    const auto before = text.substr(0, at);
    const auto line = before.rfind('\n');
    return fmt::format("{}:{}", 1 + std::ranges::count(before, '\n'),
                       line == std::string_view::npos ? at : at - line - 1);
}

} // namespace pontoon
