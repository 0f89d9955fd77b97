#include "control/reserved_ports.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/temp_dir.hpp"

namespace pontoon::reserved_ports_test {

namespace {

struct Reserved {
    TempDir dir;
    std::string file = (dir / "ports").string();
    std::string note = (dir / "run" / "note").string();
    ReservedPortsFiles files{file, (dir / "local").string(), note};

    Reserved() { std::ofstream(files.local) << "30000\t30099\n"; }
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
        ReservedPorts reserved(files);
        reserved.follow({{61000, 61010}, {62000, 62000}}, {});
        CHECK(now() == "8000,61000-61010,62000");
        set("61000-61010,62000,63000"); // somebody changes theirs
        reserved.follow({{61004, 61006}}, {});
        CHECK(now() == "61004-61006,63000");
        reserved.follow({}, {});
        CHECK(now() == "61005,63000");
        reserved.follow({{1, 2}}, {});
        CHECK(now() == "1-2,61005,63000");
    }
    CHECK(now() == "61005,63000");
}

TEST_CASE_METHOD(Reserved, "what is just our range was left by a daemon that was killed") {
    set("8000,61000-61010");
    {
        ReservedPorts(files).follow({{61000, 61004}, {61005, 61010}}, {});
    }
    CHECK(now() == "8000");
    set("8000,61000-61011");
    {
        ReservedPorts(files).follow({{61000, 61010}}, {});
    }
    CHECK(now() == "8000,61000-61011");
}

TEST_CASE_METHOD(Reserved, "nothing is written where nothing changes") {
    set("61005,61000-61004,8000");
    {
        ReservedPorts(files).follow({{61001, 61002}}, {});
    }
    CHECK(now() == "61005,61000-61004,8000");
}

TEST_CASE_METHOD(Reserved, "a file that is not there is named") {
    ReservedPorts reserved(files);
    CHECK_THROWS_WITH(reserved.follow({{1, 2}}, {}), file + ": cannot read: No such file or directory");
}

TEST_CASE_METHOD(Reserved, "published ports that the host would choose are entered too") {
    set("8000");
    ReservedPorts reserved(files);
    reserved.follow({{61000, 61010}}, {{29990, 30009}, {30050, 30050}, {8080, 8080}});
    CHECK(now() == "8000,30000-30009,30050,61000-61010");
    reserved.follow({{61000, 61010}}, {{30050, 30051}});
    CHECK(now() == "8000,30050-30051,61000-61010");
    reserved.follow({{61000, 61010}}, {});
    CHECK(now() == "8000,61000-61010");
}

TEST_CASE_METHOD(Reserved, "half of what the host chooses from stays free, and narrow ranges go first") {
    ReservedPorts reserved(files);
    set("");
    reserved.follow({}, {{30000, 30049}});
    CHECK(now() == "30000-30049");
    reserved.follow({}, {{30000, 30050}});
    CHECK(now().empty());
    reserved.follow({}, {{30000, 30048}, {30060, 30061}, {30070, 30070}});
    CHECK(now() == "30060-30061,30070");
    reserved.follow({{30090, 30099}}, {{30000, 30039}, {30050, 30050}}); // NAT ports always, and they count
    CHECK(now() == "30050,30090-30099");
    reserved.follow({}, {});
    set("30000-30029"); // other people's count
    reserved.follow({}, {{30030, 30050}, {30060, 30079}});
    CHECK(now() == "30000-30029,30060-30079");
    reserved.follow({}, {{30000, 30049}}); // as do those that are both
    CHECK(now() == "30000-30049");
    reserved.follow({}, {});
    CHECK(now() == "30000-30029");
}

TEST_CASE_METHOD(Reserved, "what a daemon that was killed had entered is in its note") {
    set("8000,60990-60999,61000-61010");
    const PortsNote left(note);
    left.write(parse_reserved_ports("60990-60994,61000-61010,62000"));
    {
        ReservedPorts reserved(files);
        reserved.follow({}, {{30000, 30001}});
        CHECK(now() == "8000,30000-30001,60995-60999");
        CHECK(left.read() == parse_reserved_ports("30000-30001"));
        reserved.follow({{61000, 61010}}, {{30001, 30001}});
        CHECK(left.read() == parse_reserved_ports("30001,61000-61010"));
    }
    CHECK(now() == "8000,60995-60999");
    CHECK_FALSE(left.read());
    CHECK(std::filesystem::is_empty(dir / "run"));
}

TEST_CASE_METHOD(Reserved, "with a note, what is just our range may be other people's") {
    set("61000-61010");
    PortsNote(note).write(parse_reserved_ports("8000"));
    {
        ReservedPorts(files).follow({{61000, 61010}}, {});
    }
    CHECK(now() == "61000-61010");
}

TEST_CASE_METHOD(Reserved, "a note that cannot be read or written is none") {
    std::filesystem::create_directory(dir / "run");
    std::ofstream(note) << "nonsense\n";
    CHECK_FALSE(PortsNote(note).read());
    set("8000");
    files.note = "/proc/nonsense/note";
    {
        ReservedPorts reserved(files);
        reserved.follow({{61000, 61010}}, {{30000, 30000}});
        CHECK(now() == "8000,30000,61000-61010");
    }
    CHECK(now() == "8000");
}

TEST_CASE_METHOD(Reserved, "who follows nothing changes nothing") {
    set("8000");
    PortsNote(note).write(parse_reserved_ports("8000"));
    {
        const ReservedPorts reserved(files);
    }
    CHECK(now() == "8000");
    CHECK(PortsNote(note).read());
}

} // namespace pontoon::reserved_ports_test
