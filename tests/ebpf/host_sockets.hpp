// Sockets of the host for the programs to find, on the loopback interface of the tests' own network namespace, where
// both ends' addresses are. Throws std::runtime_error.
#pragma once

#include <cstdint>

#include "control/unique_fd.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon::test {

struct End {
    Ipv4 address;
    std::uint16_t port = 0;
};

// Gives the loopback interface an address, or leads one there that is nobody's (any more).
void add_address(Ipv4 address);
void add_black_hole(Ipv4 address);

[[nodiscard]] UniqueFd bound(int type, const End& end); // SOCK_STREAM, SOCK_DGRAM
[[nodiscard]] UniqueFd listening(const End& end);
// Without waiting: TCP to where nobody answers stays SYN_SENT.
[[nodiscard]] UniqueFd connected(int type, const End& from, const End& to);
[[nodiscard]] UniqueFd accepted(const UniqueFd& listener);
// Closes both sides, so that `first` waits in TIME_WAIT.
void close_in_order(UniqueFd first, UniqueFd second);

} // namespace pontoon::test
