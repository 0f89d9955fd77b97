// Runs replay cases: replay_cases [--reasons FILE] [--unreached FILE] CASE-OR-DIRECTORY ...
//
// Each case runs with one worker, two and four, and with other seeds, and all of it has to come out alike. `--reasons`
// appends the names of the drop reasons that were reached; `--unreached` names a file of those that no case can reach,
// "NAME: why" a line, and then every other one has to be.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "dataplane/port/eal.hpp"
#include "tests/replay/case_run.hpp"
#include "tests/support/words.hpp"

namespace pontoon::test {

namespace {

struct Arguments {
    std::vector<std::filesystem::path> files;
    std::string reasons;
    std::string unreached;
};

struct Variant {
    unsigned workers;
    std::uint64_t seed;
};
constexpr Variant kVariants[] = {{1, 1}, {2, 1}, {4, 1}, {1, 77}, {2, 0x9e3779b97f4a7c15}};

Arguments read_arguments(std::span<char*> args) {
    Arguments arguments;
    for (std::size_t i = 1; i < args.size(); ++i) {
        const std::string word = args[i];
        if ((word == "--reasons" || word == "--unreached") && i + 1 < args.size()) {
            (word == "--reasons" ? arguments.reasons : arguments.unreached) = args[++i];
        } else if (std::filesystem::is_directory(word)) {
            for (const auto& entry : std::filesystem::directory_iterator(word)) {
                if (entry.path().extension() == ".case") {
                    arguments.files.push_back(entry.path());
                }
            }
        } else {
            arguments.files.emplace_back(word);
        }
    }
    std::ranges::sort(arguments.files);
    return arguments;
}

// Returns why the case fails, or an empty text.
std::string run_variants(const std::filesystem::path& file, std::set<Reason>& reasons) {
    const Case test = read_case(file);
    std::string first;
    for (const auto& variant : kVariants) {
        if (test.workers != 0 && test.workers != variant.workers) {
            continue;
        }
        const auto outcome = run_case(test, variant.workers, variant.seed);
        const auto which = fmt::format(" (workers {}, seed {})", variant.workers, variant.seed);
        if (!outcome.failure.empty()) {
            return outcome.failure + which;
        }
        reasons.insert(outcome.reasons.begin(), outcome.reasons.end());
        if (first.empty()) {
            first = outcome.statistics;
        } else if (outcome.statistics != first) {
            return fmt::format("{}: other statistics{}\n{}instead of\n{}", file.string(), which, outcome.statistics,
                               first);
        }
    }
    return {};
}

// Returns why not every reason was reached that can be.
std::string check_reasons(const std::string& unreached, const std::set<Reason>& reached) {
    std::ifstream file(unreached);
    std::set<std::string> excused;
    for (std::string line; std::getline(file, line);) {
        excused.insert(line.substr(0, line.find(':')));
    }
    std::string failure;
    for (std::size_t i = 1; i < kReasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        const bool excuse = excused.erase(std::string(name_of(reason))) != 0;
        if (excuse == reached.contains(reason)) {
            failure += fmt::format(" {} {};", name_of(reason), excuse ? "is reached after all" : "is not reached");
        }
    }
    for (const auto& name : excused) {
        failure += " there is no reason " + name + ";";
    }
    return failure.empty() ? "" : unreached + ":" + failure;
}

int run(const Arguments& arguments) {
    const Eal eal({.hugepages = Hugepages::off, .memory_mib = 512, .vdevs = {}, .pci = {}, .cpu = {}});
    std::set<Reason> reached;
    int passed = 0;
    int failed = 0;
    const auto count = [&](const std::string& failure) {
        ++(failure.empty() ? passed : failed);
        if (!failure.empty()) {
            fmt::print("FAILED {}\n", failure);
        }
    };
    for (const auto& file : arguments.files) {
        try {
            count(run_variants(file, reached));
        } catch (const std::exception& error) {
            count(error.what());
        }
    }
    if (!arguments.reasons.empty()) {
        std::ofstream file(arguments.reasons, std::ios::app);
        for (const auto reason : reached) {
            file << name_of(reason) << '\n';
        }
    }
    if (!arguments.unreached.empty()) {
        count(check_reasons(arguments.unreached, reached));
    }
    fmt::print("{} passed, {} failed\n", passed, failed);
    return failed == 0 && passed != 0 ? 0 : 1;
}

} // namespace

} // namespace pontoon::test

int main(int argc, char** argv) {
    return pontoon::test::run(pontoon::test::read_arguments({argv, static_cast<std::size_t>(argc)}));
}
