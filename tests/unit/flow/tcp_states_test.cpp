// The rules against a table of all states, written down row by row.
#include <catch2/catch.hpp>

#include <string>
#include <string_view>

#include "dataplane/flow/tcp_states.hpp"

namespace pontoon::tcp_states_test {

namespace {

// A letter for where a segment leads: the states in their order, `i` ignored, `-` invalid.
constexpr std::string_view kLetters = "0SREFCLTX2";

char letter(unsigned direction, TcpKind kind, unsigned from) {
    const auto next = tcp::kTransitions[direction][static_cast<unsigned>(kind)][from];
    switch (next.action) {
    case tcp::Action::check: return kLetters[static_cast<unsigned>(next.state)];
    case tcp::Action::ignore: return 'i';
    default: return '-';
    }
}

std::string row(unsigned direction, TcpKind kind) {
    std::string letters;
    for (unsigned from = 0; from < kTcpStates; ++from) {
        letters += letter(direction, kind, from);
    }
    return letters;
}

} // namespace

TEST_CASE("each kind of segment leads from each state where Linux goes") {
    // from:                             0SREFCLTX2
    CHECK(row(0, TcpKind::syn) == /*  */ "SSiiiiiSS2");
    CHECK(row(0, TcpKind::syn_ack) == /**/ "--R------R");
    CHECK(row(0, TcpKind::fin) == /*  */ "--FFLLLTX-");
    CHECK(row(0, TcpKind::ack) == /*  */ "E-EECCTTX-");
    CHECK(row(0, TcpKind::reset) == /**/ "-XXXXXXXXX");
    CHECK(row(0, TcpKind::none) == /* */ "----------");
    CHECK(row(1, TcpKind::syn) == /*  */ "-2-----S-2");
    CHECK(row(1, TcpKind::syn_ack) == /**/ "-RiiiiiiiR");
    CHECK(row(1, TcpKind::fin) == /*  */ "--FFLLLTX-");
    CHECK(row(1, TcpKind::ack) == /*  */ "-iRECCTTXi");
    CHECK(row(1, TcpKind::reset) == /**/ "-XXXXXXXXX");
    CHECK(row(1, TcpKind::none) == /* */ "----------");
}

} // namespace pontoon::tcp_states_test
