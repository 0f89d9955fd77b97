#include "control/model/container_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kLongest = 200; // with a network's name or a suffix it is part of file names

constexpr std::array<std::string_view, 32> kAdjectives{
    "afloat", "ample",  "brave",  "bright", "calm",   "careful", "clear",  "deep",   "eager",   "even",   "fair",
    "fleet",  "gentle", "honest", "keen",   "kind",   "lively",  "modest", "nimble", "patient", "quick",  "quiet",
    "ready",  "sturdy", "swift",  "tidal",  "trusty", "upright", "vivid",  "warm",   "wise",    "zealous"};

// Bridge builders and people of networks.
constexpr std::array<std::string_view, 32> kSurnames{
    "ammann",    "arup",      "baran",    "bazalgette", "brunel",     "cerf",     "clark",   "davies",
    "eads",      "eiffel",    "ellet",    "floyd",      "freyssinet", "jacobson", "kahn",    "khan",
    "kleinrock", "leonhardt", "maillart", "menn",       "metcalfe",   "navier",   "perlman", "perronet",
    "postel",    "pouzin",    "rennie",   "roebling",   "steinman",   "strauss",  "telford", "virlogeux"};

bool is_first(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_other(char c) {
    return is_first(c) || c == '_' || c == '.' || c == '-';
}

} // namespace

void check_container_name(const std::string& name) {
    if (name.size() < 2 || !is_first(name.front()) || !std::ranges::all_of(name, is_other)) {
        throw Refused(Refused::Why::bad, fmt::format("Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are "
                                                     "allowed",
                                                     shown(name)));
    }
    if (name.size() > kLongest) {
        throw Refused(Refused::Why::bad,
                      fmt::format("Invalid container name ({}): longer than {} characters", shown(name), kLongest));
    }
}

std::string container_name(std::uint64_t number) {
    constexpr auto pairs = kAdjectives.size() * kSurnames.size();
    auto name = fmt::format("{}_{}", kAdjectives.at(number % kAdjectives.size()),
                            kSurnames.at(number / kAdjectives.size() % kSurnames.size()));
    return number < pairs ? name : name + std::to_string(number / pairs);
}

} // namespace pontoon
