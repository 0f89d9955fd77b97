// Writes manual pages and bash completion while the project is built: make_manual FILE..., whose names say which.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>

#include "control/options.hpp"
#include "tools/bench_options.hpp"
#include "tools/cli/manual.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/client_options.hpp"
#include "tools/replay_options.hpp"

namespace {

using namespace pontoon;

std::vector<Page> all_pages() {
    std::vector<Page> pages;
    for (const auto& verb : all_verbs()) {
        pages.push_back(page_of(verb));
    }
    const auto add = [&](const std::string& verb, const char* words, const char* about, const auto& options) {
        pages.push_back({.name = "pontoon-" + verb,
                         .command = "pontoon " + verb,
                         .words = words,
                         .about = about,
                         .more = {},
                         .flags = flags_of(options),
                         .aliases = {}});
    };
    add("attach", "[OPTIONS]", "Connect a namespace that others made to a network", client_option_table("attach"));
    add("detach", "NAME...", "Take attached namespaces away again", client_option_table("detach"));
    add("ls", "[OPTIONS]", "List the endpoints that are attached", client_option_table("ls"));
    add("stats", "[OPTIONS]", "Print the daemon's statistics", client_option_table("stats"));
    add("replay", "TOPOLOGY.json --in NAME=FILE ... --out DIR [OPTIONS]",
        "Run captures through the switch and write what comes out", replay_option_table());
    add("bench", "KIND [OPTIONS]", "Measure the packet engine", bench_option_table());
    pages.push_back({.name = "pontoond",
                     .command = "pontoond",
                     .section = 8,
                     .words = "[OPTIONS]",
                     .about = "The switch of a container host, and its control socket",
                     .more = {},
                     .flags = flags_of(daemon_option_table()),
                     .aliases = {}});
    std::ranges::sort(pages, {}, &Page::name);
    return pages;
}

std::string content(const std::vector<Page>& pages, const std::string& name) {
    if (name == "pontoon.1") {
        return overview_page(pages);
    }
    if (name == "pontoon") {
        return bash_completion(pages);
    }
    for (const auto& page : pages) {
        if (fmt::format("{}.{}", page.name, page.section) == name) {
            return manual_page(page);
        }
    }
    throw std::runtime_error("there is no verb for " + name);
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto pages = all_pages();
        const std::span files(argv + 1, static_cast<std::size_t>(argc - 1));
        for (const std::filesystem::path file : files) {
            std::ofstream(file) << content(pages, file.filename());
        }
        // Beside the pages: the command's own, and the completion.
        if (files.size() != pages.size() + 2) {
            throw std::runtime_error(
                fmt::format("{} files for {} pages: meson.build lacks some", files.size(), pages.size() + 2));
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "make_manual: {}\n", error.what());
        return 1;
    }
    return 0;
}
