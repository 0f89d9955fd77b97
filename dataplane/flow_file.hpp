// The file in which a daemon leaves its flows for the next one on the same machine: a head, the names of networks and
// ports, the flows, and a CRC32c of all. It is good until the machine is started anew, so it does not wait for the
// disk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/packet/time.hpp"
#include "dataplane/route/saved.hpp"

namespace pontoon {

// A network or a port by the number it had.
struct SavedName {
    std::uint16_t number = 0;
    std::uint16_t worker = 0; // of a port
    std::string name;
};

struct SavedNames {
    std::vector<SavedName> networks;
    std::vector<SavedName> ports;
};

// Writes beside the file and puts it in its place whole. Throws std::runtime_error that names the file.
class FlowFileWriter {
public:
    FlowFileWriter(std::filesystem::path file, const SavedNames& names);
    FlowFileWriter(const FlowFileWriter&) = delete;
    FlowFileWriter& operator=(const FlowFileWriter&) = delete;
    ~FlowFileWriter(); // without `commit` nothing is left

    void add(const SavedFlow& flow);
    void commit();

private:
    void write(std::span<const std::uint8_t> bytes);
    template <typename T>
    void write_value(const T& value);

    std::filesystem::path file_;
    std::filesystem::path beside_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream_;
    std::uint32_t crc_;
};

class FlowFile {
public:
    // Nothing if there is no such file, or it is of an earlier start of the machine. Throws std::runtime_error that
    // names the file: it cannot be read, or is not what a FlowFileWriter of this version wrote.
    [[nodiscard]] static std::optional<FlowFile> open(const std::filesystem::path& file);

    [[nodiscard]] const SavedNames& names() const { return names_; }
    [[nodiscard]] Nanoseconds age() const { return age_; } // with the time that the machine slept
    [[nodiscard]] std::size_t size() const { return flows_.size() / sizeof(SavedFlow); }
    // Not to be believed: see is_sound.
    [[nodiscard]] SavedFlow flow(std::size_t index) const;

private:
    struct Unmap {
        std::size_t bytes = 0;
        void operator()(const std::uint8_t* memory) const;
    };
    using Mapping = std::unique_ptr<const std::uint8_t, Unmap>;

    explicit FlowFile(Mapping mapping) : mapping_(std::move(mapping)) {}
    [[nodiscard]] bool read();

    Mapping mapping_;
    SavedNames names_;
    Nanoseconds age_ = 0;
    std::span<const std::uint8_t> flows_;
};

} // namespace pontoon
