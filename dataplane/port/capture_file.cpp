#include "dataplane/port/capture_file.hpp"

#include <pcap/pcap.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace pontoon {

namespace {

// libpcap puts the path before some of its messages.
std::string reason_of(std::string_view message, std::string_view file) {
    const std::string prefix = std::string(file) + ": ";
    if (message.starts_with(prefix)) {
        message.remove_prefix(prefix.size());
    }
    return std::string(message);
}

std::string link_type(int type) {
    const char* name = pcap_datalink_val_to_name(type);
    return name == nullptr ? std::to_string(type) : std::to_string(type) + " (" + name + ")";
}

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
    throw std::runtime_error(file.string() + ": " + std::generic_category().message(error));
}

} // namespace

void CaptureReader::Close::operator()(pcap* handle) const {
    pcap_close(handle);
}

CaptureReader::CaptureReader(const std::filesystem::path& file) : file_(file.string()) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    handle_.reset(pcap_open_offline_with_tstamp_precision(file_.c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data()));
    if (!handle_) {
        const auto reason = reason_of(error.data(), file_);
        const bool readable = access(file_.c_str(), R_OK) == 0;
        throw std::runtime_error(file_ + ": " + (readable ? "not a capture: " : "") + reason);
    }
    if (const int type = pcap_datalink(handle_.get()); type != DLT_EN10MB) {
        throw std::runtime_error(file_ + ": link type " + link_type(type) + " is not Ethernet");
    }
}

std::optional<CapturedFrame> CaptureReader::next() {
    if (damage_) {
        return std::nullopt;
    }
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    const int result = pcap_next_ex(handle_.get(), &header, &bytes);
    if (result == PCAP_ERROR) {
        const auto at = ftello(pcap_file(handle_.get()));
        damage_ = file_ + ": cut or damaged in packet " + std::to_string(frames_ + 1) +
                  (at >= 0 ? ", at byte " + std::to_string(at) : "") + ": " +
                  reason_of(pcap_geterr(handle_.get()), file_);
    }
    if (result != 1) {
        return std::nullopt;
    }
    ++frames_;
    // A forged timestamp may be any number: 2^33 seconds, the year 2242, is where ours end.
    const auto seconds = static_cast<std::uint64_t>(header->ts.tv_sec) & ((std::uint64_t{1} << 33) - 1);
    const auto nanoseconds = static_cast<std::uint64_t>(header->ts.tv_usec) & 0xffffffff;
    return CapturedFrame{seconds * 1'000'000'000 + nanoseconds, {bytes, header->caplen}, header->len};
}

void CaptureWriter::Close::operator()(pcap* handle) const {
    pcap_close(handle);
}

void CaptureWriter::Close::operator()(pcap_dumper* dumper) const {
    pcap_dump_close(dumper);
}

CaptureWriter::CaptureWriter(std::filesystem::path file)
    : file_(std::move(file)), partial_(file_.parent_path() / ("." + file_.filename().string() + ".partial")),
      format_(pcap_open_dead_with_tstamp_precision(DLT_EN10MB, static_cast<int>(kLongestFrame),
                                                   PCAP_TSTAMP_PRECISION_NANO)) {
    FILE* opened = std::fopen(partial_.c_str(), "wb");
    if (opened == nullptr) {
        fail(file_, errno);
    }
    dumper_.reset(pcap_dump_fopen(format_.get(), opened));
    if (!dumper_) {
        std::fclose(opened);
        std::filesystem::remove(partial_);
        throw std::runtime_error(file_.string() + ": " + pcap_geterr(format_.get()));
    }
}

CaptureWriter::~CaptureWriter() {
    dumper_.reset();
    std::error_code ignored;
    if (!partial_.empty()) {
        std::filesystem::remove(partial_, ignored);
    }
}

void CaptureWriter::write(const CapturedFrame& frame) {
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(frame.time / 1'000'000'000);
    header.ts.tv_usec = static_cast<suseconds_t>(frame.time % 1'000'000'000);
    header.caplen = static_cast<bpf_u_int32>(frame.bytes.size());
    header.len = frame.length;
    pcap_dump(reinterpret_cast<unsigned char*>(dumper_.get()), &header, frame.bytes.data());
    if (std::ferror(pcap_dump_file(dumper_.get())) != 0) {
        fail(file_, errno);
    }
}

void CaptureWriter::finish() {
    FILE* written = pcap_dump_file(dumper_.get());
    errno = 0;
    if (pcap_dump_flush(dumper_.get()) != 0 || std::ferror(written) != 0) {
        fail(file_, errno != 0 ? errno : EIO);
    }
    dumper_.reset();
}

void CaptureWriter::commit() {
    std::filesystem::rename(partial_, file_);
    partial_.clear();
}

} // namespace pontoon
