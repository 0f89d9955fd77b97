// A replay case: a conversation with the switch as text. The first line is a comment that says the rule.
//
//   # A frame for an unknown address goes to every other port of its network.
//   use three-containers                              topologies/three-containers.json, or: topology { ... }
//   station s 02:00:00:00:00:51 172.18.0.51           a name for somebody who is no endpoint
//   0.0 a1 < a1 > s / ip a1 > s / udp 1 > 2 / "x"     at second 0, a1 sends
//   0.0 a2 a3 > same                                  at that moment this comes out of a2 and of a3
//   5.0 reconfigure two-containers                    or: reconfigure { ... }
//   5.0 fdb web 3                                     what a look-up would find
//   6.0 a1 < a1 > gw / ip a1 > s / udp 1 > 53 / "x"
//   6.0 uplink > uplink > s / ip uplink > s ttl 63 / udp $p > 53 / "x"     some NAT port, known as $p from here on
//   6.0 flows 1                                       how many are active
//   9.0 wait                                          time passes: what comes out is expected behind it
//   workers 1                                         with no other number of them; without it with all
//   flows created 1 active 1 expired 0 refused 0      at the end; what is not said is not looked at
//   drops a1 no_route 1                               at the end; what is not named is 0
//   consumed 1
//   held 0
//
// Lines `<` of one port and moment that follow each other are received together, as one burst. Everything that comes
// out has to be expected, in its order at each port; `same` stands for the frames of the last burst. A line that begins
// with a blank goes on with the one before. Frames are written as tests/support/frame_text.hpp says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/bridge/fdb.hpp"
#include "dataplane/config.hpp"
#include "dataplane/packet/verdict.hpp"
#include "tests/replay/variables.hpp"

namespace pontoon::test {

struct Step {
    enum class Kind { send, expect, wait, reconfigure, fdb, flows };

    Kind kind;
    int line;
    Nanoseconds time;
    std::vector<std::string> ports; // send: one
    FrameText frames;
    bool continues = false;  // send: belongs to the burst of the step before
    Config config;           // reconfigure
    std::string network;     // fdb
    std::size_t entries = 0; // fdb, flows
};

struct Case {
    std::filesystem::path file;
    Config topology;
    std::vector<Step> steps;
    std::map<std::pair<std::string, Reason>, std::uint64_t> drops; // by port
    std::uint64_t consumed = 0;
    std::uint64_t held = 0;
    unsigned workers = 0;                       // 0: any number
    std::map<std::string, std::uint64_t> flows; // by the statistics' name
};

// Throws BadText, "FILE:LINE: reason".
[[nodiscard]] Case read_case(const std::filesystem::path& file);

} // namespace pontoon::test
