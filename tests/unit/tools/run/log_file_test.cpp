#include "tools/run/log_file.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "tools/run/show_log.hpp"

namespace pontoon::log_file_test {

namespace {

namespace fs = std::filesystem;

struct Folder {
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    fs::path path = fs::temp_directory_path() / ("pontoon_log." + std::to_string(::getpid()));
};

Moment at(int second) {
    return Moment{std::chrono::seconds{1'700'000'000 + second}};
}

std::string shown(const fs::path& file, const LogView& view) {
    std::string text;
    show_log(
        file, view, [&](const LogLine& line) { text += line.stream.substr(3, 1) + ":" + line.text; },
        [] { return false; });
    return text;
}

} // namespace

TEST_CASE("a log keeps lines, streams and times") {
    const Folder folder;
    const auto file = folder.path / "log";
    {
        LogWriter log(file);
        log.take(false, "one\ntw", at(0));
        log.take(true, "bad \"x\"\n", at(1));
        log.take(false, "o\n", at(2));
        log.take(false, std::string(20000, 'x'), at(3));
        log.flush(at(4));
    }
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    CHECK(line == R"({"log":"one\n","stream":"stdout","time":"2023-11-14T22:13:20.000000000Z"})");
    CHECK(shown(file, {.tail = 0, .since = {}, .until = {}}).empty());
    CHECK(shown(file, {.tail = {}, .since = {}, .until = at(2)}) == "o:one\ne:bad \"x\"\no:two\n");
    CHECK(shown(file, {.tail = {}, .since = at(1), .until = at(1)}) == "e:bad \"x\"\n");
    CHECK(shown(file, {.tail = 1, .since = {}, .until = {}}) == "o:" + std::string(20000 - 16384, 'x'));
    CHECK(shown(folder.path / "none", {}).empty());
}

TEST_CASE("what is no line of a log is passed over") {
    CHECK_FALSE(parse_log_line("").has_value());
    CHECK_FALSE(parse_log_line("{\"log\":7,\"time\":\"2023-11-14T22:13:20Z\"}").has_value());
    CHECK_FALSE(parse_log_line("{\"log\":\"x\",\"time\":\"yesterday\"}").has_value());
    CHECK_FALSE(parse_log_line("[1]").has_value());
}

} // namespace pontoon::log_file_test
