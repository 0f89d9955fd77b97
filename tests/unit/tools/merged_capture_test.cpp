#include "tools/merged_capture.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

#include "tests/unit/temp_dir.hpp"

namespace pontoon::merged_capture_test {

namespace {

using namespace frames;

// Frames at these times, each holding its own number.
void write_capture(const std::filesystem::path& file, const std::vector<std::uint64_t>& times) {
    CaptureWriter writer(file);
    std::uint8_t number = 0;
    for (const auto time : times) {
        const Bytes frame(20, number++);
        writer.write({time, frame, 20});
    }
    writer.finish();
    writer.commit();
}

struct Seen {
    std::size_t input;
    std::uint8_t number;
    bool operator==(const Seen&) const = default;
};

std::vector<Seen> all_of(MergedCapture& capture) {
    std::vector<Seen> seen;
    for (; capture.peek(); capture.pop()) {
        seen.push_back({capture.peek()->input, capture.peek()->frame.bytes.front()});
    }
    return seen;
}

} // namespace

TEST_CASE("captures merge by time, and where times are equal, in the order they are named") {
    const TempDir dir;
    write_capture(dir / "a", {10, 20, 20, 40});
    write_capture(dir / "b", {5, 20, 30});
    write_capture(dir / "c", {});
    MergedCapture capture({dir / "a", dir / "b", dir / "c"});
    CHECK(all_of(capture) == std::vector<Seen>{{1, 0}, {0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {0, 3}});
    CHECK(capture.damage().empty());
}

TEST_CASE("frames of one capture stay in its order where its times do not") {
    const TempDir dir;
    write_capture(dir / "a", {50, 10, 60});
    write_capture(dir / "b", {20, 55});
    MergedCapture capture({dir / "a", dir / "b"});
    CHECK(all_of(capture) == std::vector<Seen>{{1, 0}, {0, 0}, {0, 1}, {1, 1}, {0, 2}});
}

TEST_CASE("one capture may come in twice") {
    const TempDir dir;
    write_capture(dir / "a", {1, 2});
    MergedCapture capture({dir / "a", dir / "a"});
    CHECK(all_of(capture) == std::vector<Seen>{{0, 0}, {1, 0}, {0, 1}, {1, 1}});
}

TEST_CASE("a damaged capture ends early, is named, and does not stop the others") {
    const TempDir dir;
    write_capture(dir / "a", {1, 2, 3});
    write_capture(dir / "b", {1, 2, 3});
    Bytes cut_short = read_file(dir / "a");
    cut_short.resize(cut_short.size() - 1);
    write_file(dir / "a", cut_short);
    MergedCapture capture({dir / "a", dir / "b"});
    CHECK(all_of(capture).size() == 5);
    REQUIRE(capture.damage().size() == 1);
    CHECK(capture.damage().front().starts_with((dir / "a").string() + ": cut or damaged in packet 3"));
    CHECK_THROWS_AS(MergedCapture({dir / "a", dir / "none"}), std::runtime_error);
}

} // namespace pontoon::merged_capture_test
