#include "tools/template/template.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/template/functions.hpp"
#include "tools/template/values.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxOutput = std::size_t{256} << 20;
constexpr std::size_t kMaxString = std::size_t{16} << 20;
constexpr std::size_t kMaxSteps = 50'000'000;

class Run {
public:
    Run(std::string_view text, const json::value& data, const Methods& methods) : text_(text), methods_(methods) {
        variables_.emplace_back("", data); // $
    }

    void nodes(const std::vector<Node>& all, const json::value& dot) {
        const auto scope = variables_.size();
        for (const auto& node : all) {
            one(node, dot);
        }
        variables_.resize(scope);
    }

    std::string out;

private:
    [[noreturn]] void bad(const Operand& at, const std::string& what) const {
        throw BadTemplate(
            fmt::format("template: :{}: executing \"\" at <{}>: {}", place_in(text_, at.at), shown(at), what));
    }

    static std::string shown(const Operand& operand) {
        switch (operand.kind) {
        case Operand::Kind::dot: return "." + fmt::format("{}", fmt::join(operand.path, "."));
        case Operand::Kind::variable:
            return fmt::format("${}{}{}", operand.name, operand.path.empty() ? "" : ".", fmt::join(operand.path, "."));
        case Operand::Kind::literal: return json_text(operand.literal);
        default: return operand.name;
        }
    }

    void step() {
        if (++steps_ > kMaxSteps || out.size() > kMaxOutput) {
            throw BadTemplate("template: it does too much");
        }
    }

    void one(const Node& node, const json::value& dot) {
        step();
        if (node.kind == Node::Kind::text) {
            out += node.text;
            return;
        }
        const auto scope = variables_.size();
        const auto value = pipeline(node.pipeline, dot, node.kind == Node::Kind::range);
        if (node.kind == Node::Kind::action) {
            if (node.pipeline.variables.empty()) {
                out += value.is_null() ? "<no value>" : go_text(value);
            }
            return; // what it declares lives on
        }
        if (node.kind == Node::Kind::range) {
            range(node, value, dot);
        } else {
            const bool yes = is_true(value);
            nodes(yes ? node.body : node.otherwise, yes && node.kind == Node::Kind::with ? value : dot);
        }
        variables_.resize(scope);
    }

    void range(const Node& node, const json::value& value, const json::value& dot) {
        if (!is_true(value)) {
            return nodes(node.otherwise, dot);
        }
        if (const auto* array = value.if_array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                turn(node, std::int64_t(i), (*array)[i]);
            }
        } else if (const auto* object = value.if_object()) {
            std::map<std::string_view, const json::value*> sorted;
            for (const auto& [key, item] : *object) {
                sorted.emplace(key, &item);
            }
            for (const auto& [key, item] : sorted) {
                turn(node, json::string(key), *item);
            }
        } else {
            bad(node.pipeline.commands.front().front(), fmt::format("range can't iterate over {}", go_text(value)));
        }
    }

    void turn(const Node& node, const json::value& key, const json::value& item) {
        const auto scope = variables_.size();
        const auto& names = node.pipeline.variables;
        if (names.size() == 2) {
            variables_.emplace_back(names[0], key);
        }
        if (!names.empty()) {
            variables_.emplace_back(names.back(), item);
        }
        nodes(node.body, item);
        variables_.resize(scope);
    }

    json::value pipeline(const Pipeline& all, const json::value& dot, bool of_range = false) {
        json::value value;
        bool has_value = false;
        for (const auto& words : all.commands) {
            value = command(words, dot, has_value ? &value : nullptr);
            has_value = true;
        }
        if (!all.variables.empty() && !of_range) {
            assign(all, value);
        }
        return value;
    }

    void assign(const Pipeline& all, const json::value& value) {
        if (all.declares) {
            variables_.emplace_back(all.variables.front(), value);
            return;
        }
        variable(all.variables.front(), all.commands.front().front()) = value;
    }

    json::value& variable(const std::string& name, const Operand& at) {
        for (auto one = variables_.rbegin(); one != variables_.rend(); ++one) {
            if (one->first == name) {
                return one->second;
            }
        }
        bad(at, fmt::format("undefined variable \"${}\"", name));
    }

    json::value command(const Command& words, const json::value& dot, const json::value* piped) {
        step();
        const auto& first = words.front();
        if (first.kind == Operand::Kind::function) {
            return function(words, dot, piped);
        }
        if (words.size() == 1 && piped == nullptr) {
            return operand(first, dot);
        }
        return method(words, dot, piped);
    }

    std::vector<json::value> arguments(const Command& words, const json::value& dot, const json::value* piped) {
        std::vector<json::value> all;
        for (std::size_t i = 1; i < words.size(); ++i) {
            all.push_back(operand(words[i], dot));
        }
        if (piped != nullptr) {
            all.push_back(*piped);
        }
        return all;
    }

    json::value function(const Command& words, const json::value& dot, const json::value* piped) {
        const auto& name = words.front().name;
        if (name == "and" || name == "or") {
            return logic(words, dot, piped, name == "or");
        }
        const auto all = arguments(words, dot, piped);
        try {
            const auto value = call_function(name, all);
            if (value.is_string() && value.get_string().size() > kMaxString) {
                throw BadTemplate("it does too much");
            }
            return path(words.front(), value);
        } catch (const BadTemplate& error) {
            bad(words.front(), fmt::format("error calling {}: {}", name, error.what()));
        }
    }

    // The first argument that decides, or the last.
    json::value logic(const Command& words, const json::value& dot, const json::value* piped, bool decides) {
        json::value value;
        for (std::size_t i = 1; i < words.size(); ++i) {
            value = operand(words[i], dot);
            if (is_true(value) == decides) {
                return value;
            }
        }
        if (words.size() < 2 && piped == nullptr) {
            bad(words.front(), fmt::format("wrong number of args for {}: want at least 1 got 0", words.front().name));
        }
        return piped != nullptr ? *piped : value;
    }

    json::value method(const Command& words, const json::value& dot, const json::value* piped) {
        auto receiver = words.front();
        if (receiver.path.empty()) {
            bad(words.front(), fmt::format("can't give argument to non-function {}", shown(words.front())));
        }
        const auto name = receiver.path.back();
        receiver.path.pop_back();
        const auto found = methods_.find(name);
        if (found == methods_.end()) {
            bad(words.front(), fmt::format("{} has arguments but cannot be invoked as function", name));
        }
        return found->second(operand(receiver, dot), arguments(words, dot, piped));
    }

    json::value operand(const Operand& one, const json::value& dot) {
        step();
        switch (one.kind) {
        case Operand::Kind::literal: return one.literal;
        case Operand::Kind::variable: return path(one, variable(one.name, one));
        case Operand::Kind::pipeline: return path(one, pipeline(*one.group, dot));
        case Operand::Kind::function: return function({one}, dot, nullptr);
        default: return path(one, dot);
        }
    }

    json::value path(const Operand& one, const json::value& from) {
        const json::value* at = &from;
        for (const auto& name : one.path) {
            const auto* object = at->if_object();
            if (object == nullptr) {
                bad(one, at->is_null() ? fmt::format("nil pointer evaluating interface {{}}.{}", name)
                                       : fmt::format("can't evaluate field {} in type {}", name, type_of(*at)));
            }
            at = object->if_contains(name);
            if (at == nullptr) {
                bad(one, fmt::format("map has no entry for key \"{}\"", name));
            }
        }
        return *at;
    }

    static const char* type_of(const json::value& value) {
        if (value.is_array()) {
            return "[]interface {}";
        }
        return value.is_string() ? "string" : value.is_bool() ? "bool" : "json.Number";
    }

    std::string_view text_;
    const Methods& methods_;
    std::vector<std::pair<std::string, json::value>> variables_;
    std::size_t steps_ = 0;
};

} // namespace

Template::Template(std::string_view text) : text_(text), nodes_(parse_template(text)) {}

std::string Template::run(const json::value& data, const Methods& methods) const {
    Run run(text_, data, methods);
    run.nodes(nodes_, data);
    return std::move(run.out);
}

} // namespace pontoon
