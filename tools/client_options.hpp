// The command lines of attach, detach, ls and stats.
#pragma once

#include <boost/json.hpp>
#include <boost/program_options.hpp>

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pontoon {

struct ClientOptions {
    std::string socket;
    bool json = false;
    boost::json::object attach;     // the request
    std::vector<std::string> names; // to detach
};

// The options of a verb, for the manual too.
[[nodiscard]] boost::program_options::options_description client_option_table(const std::string& verb);

// `args` begins with the verb. Nothing if help was asked for, and printed. Throws std::runtime_error.
[[nodiscard]] std::optional<ClientOptions> parse_client_options(std::span<char*> args, std::ostream& out);

// Where the daemon finds the namespace: NAME without a slash is ip-netns's /run/netns/NAME, a path is made absolute.
[[nodiscard]] std::string netns_path(const std::string& text);

} // namespace pontoon
