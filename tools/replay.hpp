// `pontoon replay`: captures in, through the engine under the captures' clock, captures and statistics out.
#pragma once

#include <span>

namespace pontoon {

// Exit status: 0 done, 1 a capture is cut or something failed under way, 2 bad input.
int replay_main(std::span<char*> args);

} // namespace pontoon
