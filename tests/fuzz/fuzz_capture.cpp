// Any bytes as a capture file, in memory.
#include <sys/mman.h>
#include <unistd.h>

#include <numeric>
#include <stdexcept>
#include <string>

#include "dataplane/port/capture_file.hpp"
#include "tests/fuzz/expect.hpp"

namespace pontoon {

namespace {

void check_capture(const std::string& file) {
    CaptureReader reader(file);
    [[maybe_unused]] static volatile std::size_t sum = 0; // so that all bytes are read
    while (const auto frame = reader.next()) {
        EXPECT(frame->bytes.size() <= kLongestFrame);
        sum = std::accumulate(frame->bytes.begin(), frame->bytes.end(), std::size_t{0});
    }
    EXPECT(!reader.damage() || reader.damage()->starts_with(file + ": cut or damaged in packet "));
    EXPECT(!reader.next());
}

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int memory = memfd_create("capture", 0);
    static const std::string file = "/dev/fd/" + std::to_string(memory);
    EXPECT(ftruncate(memory, 0) == 0);
    EXPECT(pwrite(memory, data, size, 0) == static_cast<ssize_t>(size));
    try {
        pontoon::check_capture(file);
    } catch (const std::runtime_error& error) {
        EXPECT(std::string(error.what()).starts_with(file + ": "));
    }
    return 0;
}
