// The verbs of `pontoon` that ask the daemon: attach, detach, ls, stats.
#pragma once

#include <span>
#include <string_view>

namespace pontoon {

[[nodiscard]] bool is_client_verb(std::string_view verb);

// `args` begins with the verb. Returns the exit status: 0, 1 if the daemon said no, 2 for wrong use. Throws
// std::runtime_error if the daemon cannot be reached.
int client_main(std::span<char*> args);

} // namespace pontoon
