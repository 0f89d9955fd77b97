#include "control/utf8.hpp"

#include <catch2/catch.hpp>

namespace pontoon::utf8_test {

TEST_CASE("bytes that are no UTF-8 are replaced") {
    CHECK(as_utf8("aü€😀") == "aü€😀");
    CHECK(as_utf8("\xff") == "\ufffd");
    CHECK(as_utf8("a\xc3") == "a\ufffd");
    CHECK(as_utf8("\xc0\x80") == "\ufffd\ufffd");           // too long a form
    CHECK(as_utf8("\xed\xa0\x80") == "\ufffd\ufffd\ufffd"); // half of a pair
    CHECK(as_utf8("\xf5\x80\x80\x80") == "\ufffd\ufffd\ufffd\ufffd");
    CHECK(as_utf8("\xf5x") == "\ufffdx");
}

} // namespace pontoon::utf8_test
