#include "dataplane/port/capture_file.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <stdexcept>

#include "tests/unit/captures.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::capture_file_test {

namespace {

using namespace frames;

void write_capture(const std::filesystem::path& file, const std::vector<Bytes>& written) {
    CaptureWriter writer(file);
    for (std::size_t i = 0; i < written.size(); ++i) {
        writer.write({1'700'000'000'123'456'789 + i, written[i], static_cast<std::uint32_t>(written[i].size())});
    }
    writer.finish();
    writer.commit();
}

std::vector<Bytes> read_all(CaptureReader& reader) {
    std::vector<Bytes> all;
    while (const auto frame = reader.next()) {
        all.emplace_back(frame->bytes.begin(), frame->bytes.end());
    }
    return all;
}

std::string error_of(const std::filesystem::path& file) {
    try {
        CaptureReader reader(file);
        return "none";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

Bytes number(std::uint32_t value, std::endian order) {
    const Bytes big = join({bytes16(value >> 16), bytes16(value & 0xffff)});
    return order == std::endian::big ? big : Bytes(big.rbegin(), big.rend());
}

// A pcap file with one frame of 4 bytes, taken at 2 s and `fraction`.
Bytes pcap_of(std::uint32_t magic, std::endian order, std::uint32_t fraction, std::uint32_t link = 1) {
    const auto u32 = [order](std::uint32_t value) { return number(value, order); };
    const Bytes version = order == std::endian::big ? hex("00020004") : hex("02000400");
    return join({u32(magic), version, u32(0), u32(0), u32(65535), u32(link), u32(2), u32(fraction), u32(4), u32(60),
                 hex("01020304")});
}

} // namespace

TEST_CASE("what is written into a capture is read from it again") {
    const TempDir dir;
    const std::vector<Bytes> written{filled(60), {}, filled(1), Bytes(kLongestFrame, 7), filled(1514)};
    write_capture(dir / "a.pcap", written);
    CaptureReader reader(dir / "a.pcap");
    for (std::size_t i = 0; i < written.size(); ++i) {
        const auto frame = reader.next();
        REQUIRE(frame.has_value());
        CHECK(frame->time == 1'700'000'000'123'456'789 + i);
        CHECK(frame->length == written[i].size());
        CHECK(Bytes(frame->bytes.begin(), frame->bytes.end()) == written[i]);
    }
    CHECK_FALSE(reader.next().has_value());
    CHECK_FALSE(reader.damage().has_value());
}

TEST_CASE("captures of either byte order and either unit of time are read") {
    const TempDir dir;
    for (const auto order : {std::endian::big, std::endian::little}) {
        for (const bool nano : {false, true}) {
            write_file(dir / "a.pcap", pcap_of(nano ? 0xa1b23c4d : 0xa1b2c3d4, order, 5));
            CaptureReader reader(dir / "a.pcap");
            const auto frame = reader.next();
            REQUIRE(frame.has_value());
            CHECK(frame->time == (nano ? 2'000'000'005 : 2'000'005'000));
            CHECK(frame->bytes.size() == 4);
            CHECK(frame->length == 60);
        }
    }
}

TEST_CASE("what is no capture of Ethernet is refused by name and reason") {
    const TempDir dir;
    const auto file = [&](const char* name) { return (dir / name).string(); };
    CHECK(error_of(dir / "none.pcap") == file("none.pcap") + ": No such file or directory");
    write_file(dir / "empty.pcap", {});
    CHECK(error_of(dir / "empty.pcap").starts_with(file("empty.pcap") + ": not a capture: "));
    write_file(dir / "text.pcap", Bytes(100, 'x'));
    CHECK(error_of(dir / "text.pcap") == file("text.pcap") + ": not a capture: unknown file format");
    write_file(dir / "raw.pcap", pcap_of(0xa1b2c3d4, std::endian::little, 0, 101));
    CHECK(error_of(dir / "raw.pcap") == file("raw.pcap") + ": link type 12 (RAW) is not Ethernet");
    write_file(dir / "odd.pcap", pcap_of(0xa1b2c3d4, std::endian::little, 0, 65000));
    CHECK(error_of(dir / "odd.pcap") == file("odd.pcap") + ": link type 65000 is not Ethernet");
    CHECK(error_of(dir.path()).starts_with(dir.path().string() + ": "));
}

TEST_CASE("a capture cut anywhere gives what is whole and says where it is cut") {
    const TempDir dir;
    const std::vector<Bytes> written{filled(60), filled(20), filled(30)};
    write_capture(dir / "whole.pcap", written);
    const Bytes whole = read_file(dir / "whole.pcap");
    const std::vector<std::size_t> ends{24, 24 + 76, 24 + 76 + 36, 24 + 76 + 36 + 46};
    REQUIRE(whole.size() == ends.back());
    for (std::size_t length = 24; length < whole.size(); ++length) {
        write_file(dir / "cut.pcap", cut(whole, length));
        CaptureReader reader(dir / "cut.pcap");
        const auto read = read_all(reader);
        const auto complete =
            static_cast<std::size_t>(std::ranges::count_if(ends, [&](auto end) { return end <= length; })) - 1;
        INFO(length);
        CHECK(read.size() == complete);
        CHECK(reader.damage().has_value() == (std::ranges::find(ends, length) == ends.end()));
        if (reader.damage()) {
            const auto begin = (dir / "cut.pcap").string() + ": cut or damaged in packet ";
            CHECK(reader.damage()->starts_with(begin + std::to_string(complete + 1) + ", at byte "));
            CHECK_FALSE(reader.next().has_value());
        }
    }
}

TEST_CASE("a forged packet length is damage") {
    const TempDir dir;
    write_file(dir / "a.pcap", patched(pcap_of(0xa1b2c3d4, std::endian::big, 0), 32, hex("7fffffff")));
    CaptureReader reader(dir / "a.pcap");
    CHECK_FALSE(reader.next().has_value());
    CHECK(reader.damage().has_value());
}

TEST_CASE("nothing is left of a capture that is not committed") {
    const TempDir dir;
    {
        CaptureWriter writer(dir / "a.pcap");
        writer.write({0, filled(60), 60}); // NOLINT: the span lives as long as the call
        writer.finish();
        CHECK_FALSE(std::filesystem::exists(dir / "a.pcap"));
    }
    CHECK(dir.is_empty());
}

TEST_CASE("a capture that is committed replaces the one before, whole") {
    const TempDir dir;
    write_capture(dir / "a.pcap", {filled(60), filled(60)});
    write_capture(dir / "a.pcap", {filled(1)});
    CaptureReader reader(dir / "a.pcap");
    CHECK(read_all(reader) == std::vector<Bytes>{filled(1)});
    CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("a capture that cannot be made or written says why") {
    const TempDir dir;
    const auto missing = dir.path() / "none" / "a.pcap";
    CHECK_THROWS_WITH(CaptureWriter(missing), missing.string() + ": No such file or directory");
    std::filesystem::create_symlink("/dev/full", dir / ".a.pcap.partial");
    CaptureWriter writer(dir / "a.pcap");
    writer.write({0, filled(60), 60});
    CHECK_THROWS_WITH(writer.finish(), (dir / "a.pcap").string() + ": No space left on device");
}

TEST_CASE("every real capture is read to its end or refused by its link type") {
    for (const auto& file : real_captures()) {
        INFO(file);
        const auto error = error_of(file);
        if (error != "none") {
            CHECK(error.contains(": link type "));
            continue;
        }
        CaptureReader reader(file);
        (void)read_all(reader);
        CHECK_FALSE(reader.damage().has_value());
    }
}

} // namespace pontoon::capture_file_test
