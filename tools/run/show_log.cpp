#include "tools/run/show_log.hpp"

#include <chrono>
#include <deque>
#include <fstream>
#include <thread>

namespace pontoon {

namespace {

using namespace std::chrono_literals;

bool is_in(const LogView& view, const LogLine& line) {
    return (!view.since || line.time >= *view.since) && (!view.until || line.time <= *view.until);
}

// Whole lines as they come; what is half written waits.
class LogReader {
public:
    explicit LogReader(const std::filesystem::path& file) : stream_(file) {}

    // Nothing at the end.
    std::optional<std::string> next() {
        std::string part;
        std::getline(stream_, part);
        const bool whole = stream_.good();
        stream_.clear();
        rest_ += part;
        return whole ? std::optional(std::exchange(rest_, {})) : std::nullopt;
    }

private:
    std::ifstream stream_;
    std::string rest_;
};

} // namespace

void show_log(const std::filesystem::path& file, const LogView& view, const std::function<void(const LogLine&)>& line,
              const std::function<bool()>& running) {
    LogReader reader(file);
    std::deque<LogLine> last;
    while (const auto text = reader.next()) {
        const auto one = parse_log_line(*text);
        if (!one || !is_in(view, *one)) {
            continue;
        }
        if (!view.tail) {
            line(*one);
            continue;
        }
        last.push_back(*one);
        if (last.size() > *view.tail) {
            last.pop_front();
        }
    }
    for (const auto& one : last) {
        line(one);
    }
    for (bool more = view.follow; more;) {
        more = running();
        while (const auto text = reader.next()) {
            if (const auto one = parse_log_line(*text); one && is_in(view, *one)) {
                line(*one);
            }
        }
        std::this_thread::sleep_for(more ? 100ms : 0ms);
    }
}

} // namespace pontoon
