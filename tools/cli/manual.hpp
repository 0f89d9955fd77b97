// Manual pages (man(7)) and bash completion, made of the tables that the verbs are read by.
#pragma once

#include <boost/program_options.hpp>

#include <string>
#include <vector>

#include "tools/cli/verb.hpp"

namespace pontoon {

// A program or verb as its manual page has it.
struct Page {
    std::string name;    // pontoon-network-create
    std::string command; // pontoon network create
    unsigned section = 1;
    std::string words;
    std::string about;
    std::string more;
    std::vector<Flag> flags;
    Completes completes = Completes::nothing;
    std::vector<std::string> aliases;
};

[[nodiscard]] Page page_of(const Verb& verb);
[[nodiscard]] std::vector<Flag> flags_of(const boost::program_options::options_description& options);

[[nodiscard]] std::string manual_page(const Page& page);
// The page of the command itself, with all verbs.
[[nodiscard]] std::string overview_page(const std::vector<Page>& pages);

// For the program `pontoon`; names of networks and containers are asked of the daemon.
[[nodiscard]] std::string bash_completion(const std::vector<Page>& pages);

} // namespace pontoon
