#include "tools/template/parser.hpp"

#include <fmt/format.h>

#include <charconv>

#include "tools/template/functions.hpp"

namespace pontoon {

namespace {

using Kind = Token::Kind;
constexpr unsigned kMaxDepth = 64;

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text), tokens_(lex_template(text)) {}

    std::vector<Node> run() {
        auto nodes = list();
        if (at_ < tokens_.size()) {
            bad(fmt::format("unexpected {{{{{}}}}}", tokens_[at_ + 1].text));
        }
        return nodes;
    }

private:
    [[noreturn]] void bad(const std::string& what) const {
        const auto offset = at_ < tokens_.size() ? tokens_[at_].at : text_.size();
        throw BadTemplate(fmt::format("template: :{}: {}",
                                      place_in(text_, offset).substr(0, place_in(text_, offset).find(':')), what));
    }

    bool is(Kind kind, std::string_view text = {}) const {
        return at_ < tokens_.size() && tokens_[at_].kind == kind && (text.empty() || tokens_[at_].text == text);
    }
    bool action_is(std::string_view word) const {
        return is(Kind::open) && at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == Kind::word &&
               tokens_[at_ + 1].text == word;
    }
    void deeper() {
        if (++depth_ > kMaxDepth) {
            bad("too deep");
        }
    }
    void take(Kind kind, std::string_view what) {
        if (!is(kind, kind == Kind::sign ? what : std::string_view{})) {
            bad(at_ < tokens_.size() ? fmt::format("unexpected \"{}\"", tokens_[at_].text)
                                     : fmt::format("unexpected EOF, wants {}", what));
        }
        ++at_;
    }

    // Until {{end}} or {{else}}, which stay.
    std::vector<Node> list() {
        deeper();
        std::vector<Node> nodes;
        while (at_ < tokens_.size() && !action_is("end") && !action_is("else")) {
            nodes.push_back(is(Kind::text) ? Node{.text = tokens_[at_++].text} : action());
        }
        --depth_;
        return nodes;
    }

    Node action() {
        take(Kind::open, "{{");
        for (const auto& [word, kind] :
             {std::pair{"if", Node::Kind::if_}, {"range", Node::Kind::range}, {"with", Node::Kind::with}}) {
            if (is(Kind::word, word)) {
                ++at_;
                return block(kind);
            }
        }
        Node node{.kind = Node::Kind::action};
        if (is(Kind::close)) {
            bad("missing value for command");
        }
        node.pipeline = pipeline();
        take(Kind::close, "}}");
        return node;
    }

    Node block(Node::Kind kind) {
        Node node{.kind = kind};
        node.pipeline = pipeline();
        take(Kind::close, "}}");
        node.body = list();
        if (action_is("else")) {
            at_ += 2;
            node.otherwise = otherwise();
            if (chained_) {
                chained_ = false;
                return node;
            }
        }
        if (!action_is("end")) {
            bad("unexpected EOF");
        }
        at_ += 2;
        take(Kind::close, "}}");
        return node;
    }

    // {{else}} or {{else if x}}, whose end is this one's too.
    std::vector<Node> otherwise() {
        for (const auto& [word, kind] : {std::pair{"if", Node::Kind::if_}, {"with", Node::Kind::with}}) {
            if (is(Kind::word, word)) {
                ++at_;
                deeper();
                std::vector<Node> one;
                one.push_back(block(kind));
                --depth_;
                chained_ = true;
                return one;
            }
        }
        take(Kind::close, "}}");
        return list();
    }

    Pipeline pipeline() {
        deeper();
        Pipeline result;
        declaration(result);
        result.commands.push_back(command());
        while (is(Kind::sign, "|")) {
            ++at_;
            result.commands.push_back(command());
        }
        --depth_;
        return result;
    }

    void declaration(Pipeline& result) {
        const auto begin = at_;
        while (is(Kind::variable)) {
            result.variables.push_back(tokens_[at_++].text);
            if (is(Kind::sign, ",") && result.variables.size() < 2) {
                ++at_;
            } else {
                break;
            }
        }
        if (!result.variables.empty() && (is(Kind::sign, ":=") || is(Kind::sign, "="))) {
            result.declares = tokens_[at_++].text == ":=";
            return;
        }
        result.variables.clear();
        at_ = begin;
    }

    Command command() {
        Command words;
        while (at_ < tokens_.size() && !is(Kind::close) && !is(Kind::sign, "|") && !is(Kind::sign, ")")) {
            words.push_back(operand());
        }
        if (words.empty()) {
            bad("missing value for command");
        }
        return words;
    }

    Operand operand() {
        const auto& token = tokens_[at_];
        Operand result{.at = token.at};
        switch (token.kind) {
        case Kind::field:
            if (!token.text.empty()) {
                result.path.push_back(token.text);
            }
            break;
        case Kind::variable:
            result.kind = Operand::Kind::variable;
            result.name = token.text;
            break;
        case Kind::word: word(result); break;
        case Kind::string:
            result.kind = Operand::Kind::literal;
            result.literal = boost::json::string(token.text);
            break;
        case Kind::number:
            result.kind = Operand::Kind::literal;
            result.literal = number(token.text);
            break;
        default: group(result);
        }
        ++at_;
        while (is(Kind::field) && !tokens_[at_].spaced && !tokens_[at_].text.empty()) {
            result.path.push_back(tokens_[at_++].text);
        }
        return result;
    }

    void word(Operand& result) {
        const auto& text = tokens_[at_].text;
        if (text == "true" || text == "false" || text == "nil") {
            result.kind = Operand::Kind::literal;
            result.literal = text == "nil" ? boost::json::value(nullptr) : boost::json::value(text == "true");
            return;
        }
        if (!is_template_function(text)) {
            bad(fmt::format("function \"{}\" not defined", text));
        }
        result.kind = Operand::Kind::function;
        result.name = text;
    }

    void group(Operand& result) {
        take(Kind::sign, "(");
        result.kind = Operand::Kind::pipeline;
        result.group = std::make_shared<Pipeline>(pipeline());
        if (!is(Kind::sign, ")")) {
            bad("unclosed left paren");
        }
    }

    boost::json::value number(const std::string& text) const {
        std::int64_t whole = 0;
        const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
        const char* const end = text.data() + text.size();
        if (const auto read = std::from_chars(begin, end, whole); read.ec == std::errc() && read.ptr == end) {
            return whole;
        }
        double real = 0;
        if (const auto read = std::from_chars(begin, end, real); read.ec == std::errc() && read.ptr == end) {
            return real;
        }
        bad(fmt::format("bad number syntax: \"{}\"", text));
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    unsigned depth_ = 0;
    bool chained_ = false; // the {{else if}} has taken the {{end}}
};

} // namespace

std::vector<Node> parse_template(std::string_view text) {
    return Parser(text).run();
}

} // namespace pontoon
