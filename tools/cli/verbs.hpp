// All verbs that are tables, by subject.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/verb.hpp"

namespace pontoon {

[[nodiscard]] std::vector<Verb> container_verbs(); // stop, restart, kill, rm, rename, publish, unpublish
[[nodiscard]] std::vector<Verb> look_verbs();      // ps, inspect, port, logs
[[nodiscard]] std::vector<Verb> network_verbs();
[[nodiscard]] std::vector<Verb> run_verbs();    // run, create, start, exec
[[nodiscard]] std::vector<Verb> system_verbs(); // info, version, events, doctor

// In the order of --help. Each has --help and --socket.
[[nodiscard]] const std::vector<Verb>& all_verbs();

// The flags that several verbs have.
[[nodiscard]] Flag format_flag(char letter = 0);
[[nodiscard]] Flag filter_flag(char letter, const std::string& about);

// Calls `each` for every word, prints the words for which it says true, and at the end what went wrong: 1 if any.
int for_each_word(const std::vector<std::string>& words, bool (*each)(const Arguments&, const std::string&),
                  const Arguments& arguments);

// Whether `words` is a verb of the tables, which then ran: its exit status, else -1. `words` begins with the verb.
int run_verb(const std::vector<std::string>& words);

} // namespace pontoon
