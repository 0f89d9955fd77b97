#include "tools/story.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <memory>

namespace pontoon::story_test {

namespace {

std::string story_of(const Trace& trace) {
    const Engine engine({.workers = 1, .seed = 1});
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
    print_stories(trace, engine, 0, file.get());
    std::rewind(file.get());
    std::array<char, 4096> text{};
    return {text.data(), std::fread(text.data(), 1, text.size(), file.get())};
}

} // namespace

TEST_CASE("a full trace says how many records are missing") {
    Trace trace(1);
    trace.asked(nullptr, kNoPort, 0);
    CHECK(story_of(trace).find("missing") == std::string::npos);
    trace.waits({});
    trace.waits({});
    CHECK(story_of(trace).find("the trace was full: 2 records are missing") != std::string::npos);
}

TEST_CASE("a story that another one interrupts goes on") {
    Trace trace(8);
    trace.resumed(nullptr, kNoPort, 0, 3);
    const auto outer = trace.story();
    trace.resumed(nullptr, kNoPort, 0, std::nullopt);
    trace.decided(drop(Reason::neighbor_unreachable));
    trace.go_on_with(outer);
    trace.decided(consumed());
    const auto text = story_of(trace);
    REQUIRE(text.find("worker 3") != std::string::npos);
    CHECK(text.find("worker 3") < text.find("consumed"));
    CHECK(text.find("consumed") < text.find("waited"));
    CHECK(text.find("waited") < text.find("neighbor_unreachable"));
}

} // namespace pontoon::story_test
