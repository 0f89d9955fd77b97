#include "control/reserved_ports.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/temp_dir.hpp"

namespace pontoon {

namespace {

struct Reserved {
    TempDir dir;
    std::string file = (dir / "ports").string();

    void set(const std::string& text) const { std::ofstream(file) << text << "\n"; }
    [[nodiscard]] std::string now() const {
        std::string line;
        std::ifstream stream(file);
        std::getline(stream, line);
        return line;
    }
};

} // namespace

TEST_CASE("lists of ports are read and written as the kernel does it") {
    for (const char* text : {"\n", "1\n", "1-2\n", "0,65535\n", "8080,61000-65535\n"}) {
        CHECK(reserved_ports_text(parse_reserved_ports(text)) == text);
    }
    CHECK(reserved_ports_text(parse_reserved_ports("5,4,1-3,9")) == "1-5,9\n");
    CHECK(parse_reserved_ports("").none());
    for (const char* text : {"x", "1,x", "1-", "2-1", "65536", "1 2", "-1", "1,,2"}) {
        CHECK_THROWS_AS(parse_reserved_ports(text), std::runtime_error);
    }
}

TEST_CASE_METHOD(Reserved, "ours are entered beside those of others, follow, and go") {
    set("8000,61005");
    {
        ReservedPorts reserved(file);
        reserved.follow({{61000, 61010}, {62000, 62000}});
        CHECK(now() == "8000,61000-61010,62000");
        set("61000-61010,62000,63000"); // somebody changes theirs
        reserved.follow({{61004, 61006}});
        CHECK(now() == "61004-61006,63000");
        reserved.follow({});
        CHECK(now() == "61005,63000");
        reserved.follow({{1, 2}});
        CHECK(now() == "1-2,61005,63000");
    }
    CHECK(now() == "61005,63000");
}

TEST_CASE_METHOD(Reserved, "what is just our range was left by a daemon that was killed") {
    set("8000,61000-61010");
    {
        ReservedPorts(file).follow({{61000, 61004}, {61005, 61010}});
    }
    CHECK(now() == "8000");
    set("8000,61000-61011");
    {
        ReservedPorts(file).follow({{61000, 61010}});
    }
    CHECK(now() == "8000,61000-61011");
}

TEST_CASE_METHOD(Reserved, "nothing is written where nothing changes") {
    set("61005,61000-61004,8000");
    {
        ReservedPorts(file).follow({{61001, 61002}});
    }
    CHECK(now() == "61005,61000-61004,8000");
}

TEST_CASE_METHOD(Reserved, "a file that is not there is named") {
    ReservedPorts reserved(file);
    CHECK_THROWS_WITH(reserved.follow({{1, 2}}), file + ": cannot read: No such file or directory");
}

} // namespace pontoon
