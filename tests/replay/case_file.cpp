#include "tests/replay/case_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "control/topology.hpp"
#include "tests/support/names.hpp"
#include "tests/support/words.hpp"

namespace pontoon::test {

namespace {

// Where second 0 of a case is, like the clock of a capture.
constexpr Nanoseconds kEpoch = 1'700'000'000'000'000'000;

Nanoseconds parse_time(const std::string& text) {
    const auto point = text.find('.');
    const auto seconds = parse_number(text.substr(0, point), 10'000'000'000);
    std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
    if (fraction.size() > 9) {
        throw BadText("\"" + text + "\" is finer than a nanosecond");
    }
    fraction.resize(9, '0');
    return kEpoch + seconds * 1'000'000'000 + parse_number(fraction, 999'999'999);
}

Reason parse_reason(const std::string& name) {
    const auto found = std::ranges::find(kReasonTexts, name, &ReasonText::name);
    if (found == kReasonTexts.end() || found == kReasonTexts.begin()) {
        throw BadText("there is no reason \"" + name + "\"");
    }
    return static_cast<Reason>(found - kReasonTexts.begin());
}

class CaseReader {
public:
    explicit CaseReader(const std::filesystem::path& file) : file_(file), stream_(file) {
        if (!stream_) {
            throw BadText("cannot be read");
        }
    }

    Case read() {
        case_.file = file_;
        std::string line;
        std::string next;
        if (!get(line) || !line.starts_with("# ")) {
            throw BadText("the first line is a comment that says the rule");
        }
        bool more = get(line);
        while (more) {
            first_line_ = line_;
            more = get(next);
            for (; more && next.starts_with(' ') && !line.ends_with('{'); more = get(next)) {
                line += next;
            }
            pending_ = more ? &next : nullptr;
            read_statement(line);
            more = pending_ != nullptr;
            line = next;
        }
        return std::move(case_);
    }

    [[nodiscard]] int line() const { return first_line_; }

private:
    bool get(std::string& line) {
        ++line_;
        return static_cast<bool>(std::getline(stream_, line));
    }

    // The rest of a block that began with `{`, up to a line that is `}`; reads on behind it.
    std::string read_block() {
        std::string text = "{\n";
        while (pending_ != nullptr) {
            const std::string line = *pending_;
            text += line + "\n";
            pending_ = get(*pending_) ? pending_ : nullptr;
            if (line == "}") {
                return text;
            }
        }
        throw BadText("the block has no end: a line that is }");
    }

    void read_statement(const std::string& text) {
        if (text.empty() || text.starts_with('#')) {
            return;
        }
        if (std::isdigit(static_cast<unsigned char>(text[0])) != 0) {
            read_step(text);
            return;
        }
        Words words(text);
        const auto verb = words.next("a statement");
        if (verb == "use" || verb == "topology") {
            case_.topology = read_topology(words, verb);
        } else if (verb == "station") {
            read_station(words);
        } else if (verb == "drops") {
            const auto port = words.next("a port");
            const auto reason = parse_reason(words.next("a reason"));
            case_.drops[{port, reason}] = count(words);
        } else if (verb == "consumed") {
            case_.consumed = count(words);
        } else if (verb == "held") {
            case_.held = count(words);
        } else if (verb == "workers") {
            case_.workers = static_cast<unsigned>(count(words));
        } else if (verb == "flows") {
            read_flows(words);
        } else {
            throw BadText("there is no statement \"" + verb + "\"");
        }
        words.end();
    }

    static std::uint64_t count(Words& words) { return parse_number(words.next("how many"), 1'000'000); }

    void read_flows(Words& words) {
        while (!words.empty()) {
            const auto name = words.next("created, active, expired or refused");
            if (name != "created" && name != "active" && name != "expired" && name != "refused") {
                throw BadText("nobody counts flows that are \"" + name + "\"");
            }
            case_.flows[name] = count(words);
        }
    }

    void read_station(Words& words) {
        const auto name = words.next("a name");
        const Mac mac = names_.mac(words.next("a MAC"));
        names_.add(name, {mac, words.empty() ? Ipv4{} : names_.ipv4(words.next("an address"))});
    }

    // `NAME` of a file in topologies/, or `{` and JSON.
    Config read_topology(Words& words, const std::string& verb) {
        const auto what = words.next("a topology");
        const auto config = what == "{" ? parse_topology(read_block())
                                        : load_topology(file_.parent_path() / "topologies" / (what + ".json"));
        if (!config) {
            throw BadText(verb + ": " + config.error());
        }
        names_.add(*config);
        return *config;
    }

    // `TIME PORT ... < FRAME`, `TIME PORT ... > FRAME`, `TIME reconfigure TOPOLOGY`, `TIME fdb NETWORK N`, `TIME flows
    // N`, `TIME wait`
    void read_step(const std::string& text) {
        const auto arrow = text.find_first_of("<>");
        Words words(text.substr(0, arrow));
        Step step{Step::Kind::reconfigure, first_line_, parse_time(words.next("a time")), {}, {}, false, {}, {}, 0};
        if (step.time < time_) {
            throw BadText("time goes backwards");
        }
        time_ = step.time;
        if (arrow != std::string::npos) {
            read_frames(step, words, text[arrow] == '<', text.substr(arrow + 1));
        } else if (words.flag("reconfigure")) {
            step.config = read_topology(words, "reconfigure");
        } else if (words.flag("fdb")) {
            step.kind = Step::Kind::fdb;
            step.network = words.next("a network");
            step.entries = count(words);
        } else if (words.flag("flows")) {
            step.kind = Step::Kind::flows;
            step.entries = count(words);
        } else if (words.flag("wait")) {
            step.kind = Step::Kind::wait;
            sent_ = step.time;
            burst_.clear();
        } else {
            throw BadText("neither < nor >, reconfigure, fdb, flows or wait");
        }
        words.end();
        case_.steps.push_back(std::move(step));
    }

    void read_frames(Step& step, Words& words, bool sent, const std::string& text) {
        while (!words.empty()) {
            step.ports.push_back(words.next("a port"));
        }
        if (step.ports.empty() || (sent && step.ports.size() != 1)) {
            throw BadText(sent ? "one port sends at a time" : "no port is named");
        }
        const bool same = text.find_first_not_of(' ') == text.find("same") && text.ends_with("same");
        step.kind = sent ? Step::Kind::send : Step::Kind::expect;
        if (!sent && (case_.steps.empty() || step.time != sent_)) {
            throw BadText("nothing was sent at this moment");
        }
        if (same) {
            step.frames.frames = burst_;
        } else {
            names_.look_from(step.ports.front());
            step.frames = pontoon::test::read_frames(text, names_);
        }
        if (sent) {
            const auto* last = case_.steps.empty() ? nullptr : &case_.steps.back();
            step.continues = last != nullptr && last->kind == Step::Kind::send && last->time == step.time &&
                             last->ports == step.ports;
            if (!step.continues) {
                burst_.clear();
            }
            burst_.insert(burst_.end(), step.frames.frames.begin(), step.frames.frames.end());
            sent_ = step.time;
        }
    }

    std::filesystem::path file_;
    std::ifstream stream_;
    int line_ = 0;
    int first_line_ = 1;
    std::string* pending_ = nullptr; // the line behind the statement, if there is one
    Names names_;
    Nanoseconds time_ = 0;
    Nanoseconds sent_ = 0;
    std::vector<Bytes> burst_;
    Case case_;
};

} // namespace

Case read_case(const std::filesystem::path& file) {
    int line = 0;
    try {
        CaseReader reader(file);
        try {
            return reader.read();
        } catch (const BadText&) {
            line = reader.line();
            throw;
        }
    } catch (const BadText& bad) {
        throw BadText(file.string() + ":" + std::to_string(line) + ": " + bad.what());
    }
}

} // namespace pontoon::test
