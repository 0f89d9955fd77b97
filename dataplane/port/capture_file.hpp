// Capture files on disk, through libpcap: pcap and pcapng, either byte order, micro- and nanoseconds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

struct pcap;
struct pcap_dumper;

namespace pontoon {

struct CapturedFrame {
    std::uint64_t time = 0;              // nanoseconds since 1970
    std::span<const std::uint8_t> bytes; // valid until the next frame is read
    std::uint32_t length = 0;            // on the wire; more than `bytes` if the capture's snap length cut it
};

inline constexpr std::size_t kLongestFrame = 262144; // libpcap's limit

// Reads frame by frame, so a file may be larger than memory.
class CaptureReader {
public:
    // Throws std::runtime_error, "FILE: reason", if it cannot be read, is no capture or not of Ethernet.
    explicit CaptureReader(const std::filesystem::path& file);

    // The next frame, or none at the end of the file, and also where the file is cut or damaged: see `damage`.
    [[nodiscard]] std::optional<CapturedFrame> next();

    // Where and how the file ended before its end: "FILE: cut in packet 12, at byte 3400: reason".
    [[nodiscard]] const std::optional<std::string>& damage() const { return damage_; }

private:
    struct Close {
        void operator()(pcap* handle) const;
    };
    std::string file_;
    std::unique_ptr<pcap, Close> handle_;
    std::uint64_t frames_ = 0;
    std::optional<std::string> damage_;
};

// Writes nanosecond pcap beside `file` and puts it there whole with `commit`; without that nothing is left.
class CaptureWriter {
public:
    // Throws std::runtime_error, "FILE: reason".
    explicit CaptureWriter(std::filesystem::path file);
    CaptureWriter(const CaptureWriter&) = delete;
    CaptureWriter& operator=(const CaptureWriter&) = delete;
    ~CaptureWriter();

    // Throws as `finish` does.
    void write(const CapturedFrame& frame);
    // Makes sure that everything is written. Throws std::runtime_error, "FILE: reason", for instance on a full disk.
    void finish();
    // Renames what `finish` has completed.
    void commit();

private:
    struct Close {
        void operator()(pcap* handle) const;
        void operator()(pcap_dumper* dumper) const;
    };
    std::filesystem::path file_;
    std::filesystem::path partial_;
    std::unique_ptr<pcap, Close> format_;
    std::unique_ptr<pcap_dumper, Close> dumper_;
};

} // namespace pontoon
