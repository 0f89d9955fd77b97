// The parser against what real machines sent.
#include <stdexcept>

#include "dataplane/port/capture_file.hpp"
#include "tests/unit/captures.hpp"
#include "tests/unit/parsed.hpp"

namespace pontoon::parse_captures_test {

namespace {

// Calls `visit(frame, cut)` for each frame, `cut` where a snap length took some of it. False if it is not Ethernet.
template <typename Visit>
bool for_each_frame(const std::filesystem::path& file, Visit visit) {
    try {
        CaptureReader reader(file);
        while (const auto frame = reader.next()) {
            visit(frames::Bytes(frame->bytes.begin(), frame->bytes.end()), frame->bytes.size() < frame->length);
        }
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

} // namespace

TEST_CASE("captures of good sums have no fault and captures of bad sums have nothing else") {
    unsigned seen = 0;
    for (const auto& file : real_captures("chksums")) {
        const std::string name = file.filename();
        INFO(name);
        for_each_frame(file, [&](const frames::Bytes& frame, bool) {
            const auto fault = std::string(name_of(fault_of(frame)));
            // Mobility headers are not read, and a sum that only the sender's own machine saw wrong is a debt.
            const bool pardoned = name.starts_with("mip6") || name.starts_with("localhost");
            const bool bad = name.contains("bad") && !pardoned;
            CHECK(fault.ends_with("_bad_checksum") == bad);
            CHECK((fault == "none") != bad);
            ++seen;
        });
    }
    CHECK((seen > 20 || real_captures().empty()));
}

TEST_CASE("no real frame, cut anywhere, makes the parser read behind its end") {
    for (const auto& file : real_captures()) {
        int left = 20;
        for_each_frame(file, [&](const frames::Bytes& frame, bool) {
            const std::size_t most = std::min<std::size_t>(frame.size(), 300);
            for (std::size_t length = 0; left > 0 && length <= most; ++length) {
                Parsed p(frames::cut(frame, length));
                CHECK(p->l3 <= length);
                CHECK(p->l4 <= length);
            }
            --left;
        });
    }
}

TEST_CASE("whole frames of real conversations have no fault") {
    for (const auto& file : real_captures("apps")) {
        INFO(file.filename());
        for_each_frame(file, [&](const frames::Bytes& frame, bool cut) {
            if (!cut) {
                CHECK(fault_of(frame) == Reason::none);
            }
        });
    }
}

TEST_CASE("the only faults of captured attacks by fragments are those of fragments") {
    for (const auto& file : real_captures("ipv4")) {
        INFO(file.filename());
        for_each_frame(file, [&](const frames::Bytes& frame, bool) {
            const Reason fault = fault_of(frame);
            CHECK((fault == Reason::none || fault == Reason::fragment_bad_length || fault == Reason::fragment_tiny));
        });
    }
}

} // namespace pontoon::parse_captures_test
