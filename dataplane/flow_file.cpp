#include "dataplane/flow_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "dataplane/wire/checksum.hpp"

namespace pontoon {

namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kNoCrc = 0xffff'ffff;
constexpr std::size_t kMostName = 1024;

using BootId = std::array<char, 36>;

struct Head {
    std::array<char, 8> magic{'p', 'o', 'n', 't', 'f', 'l', 'o', 'w'};
    std::uint32_t version = kVersion;
    std::uint32_t flow_bytes = sizeof(SavedFlow);
    std::uint64_t saved_at = 0; // CLOCK_BOOTTIME, nanoseconds
    BootId boot{};
    std::uint16_t networks = 0;
    std::uint16_t ports = 0;
};
static_assert(sizeof(Head) == 64);

struct NameHead {
    std::uint16_t number = 0;
    std::uint16_t worker = 0;
    std::uint16_t length = 0;
};

Nanoseconds boot_time() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<Nanoseconds>(now.tv_sec) * 1'000'000'000 + static_cast<Nanoseconds>(now.tv_nsec);
}

BootId boot_id() {
    BootId id{};
    std::ifstream("/proc/sys/kernel/random/boot_id").read(id.data(), id.size());
    return id;
}

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
    throw std::runtime_error(file.string() + ": " + std::generic_category().message(error));
}

// Takes values off the front.
class Bytes {
public:
    explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    template <typename T>
    [[nodiscard]] bool take(T& value) {
        if (bytes_.size() < sizeof value) {
            return false;
        }
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_ = bytes_.subspan(sizeof value);
        return true;
    }
    [[nodiscard]] bool take_names(std::vector<SavedName>& names, std::size_t count) {
        for (NameHead head; names.size() < count;) {
            if (!take(head) || head.length > kMostName || head.length > bytes_.size()) {
                return false;
            }
            names.push_back({head.number, head.worker, {bytes_.begin(), bytes_.begin() + head.length}});
            bytes_ = bytes_.subspan(head.length);
        }
        return true;
    }
    [[nodiscard]] std::span<const std::uint8_t> rest() const { return bytes_; }

private:
    std::span<const std::uint8_t> bytes_;
};

} // namespace

FlowFileWriter::FlowFileWriter(std::filesystem::path file, const SavedNames& names)
    : file_(std::move(file)), beside_(file_.string() + ".new"), stream_(nullptr, std::fclose), crc_(kNoCrc) {
    const int fd = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        fail(beside_, errno);
    }
    stream_.reset(::fdopen(fd, "wb"));
    if (!stream_) {
        ::close(fd);
        fail(beside_, ENOMEM);
    }
    (void)std::setvbuf(stream_.get(), nullptr, _IOFBF, std::size_t{1} << 20);
    Head head;
    head.saved_at = boot_time();
    head.boot = boot_id();
    head.networks = static_cast<std::uint16_t>(names.networks.size());
    head.ports = static_cast<std::uint16_t>(names.ports.size());
    write_value(head);
    for (const auto* list : {&names.networks, &names.ports}) {
        for (const auto& name : *list) {
            if (name.name.size() > kMostName || list->size() > std::numeric_limits<std::uint16_t>::max()) {
                fail(beside_, EOVERFLOW);
            }
            write_value(NameHead{name.number, name.worker, static_cast<std::uint16_t>(name.name.size())});
            write({reinterpret_cast<const std::uint8_t*>(name.name.data()), name.name.size()});
        }
    }
}

FlowFileWriter::~FlowFileWriter() {
    if (stream_) {
        ::unlink(beside_.c_str());
    }
}

void FlowFileWriter::write(std::span<const std::uint8_t> bytes) {
    crc_ = crc32c(bytes.data(), bytes.size(), crc_);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stream_.get()) != bytes.size()) {
        fail(beside_, errno);
    }
}

template <typename T>
void FlowFileWriter::write_value(const T& value) {
    std::array<std::uint8_t, sizeof value> bytes;
    std::memcpy(bytes.data(), &value, sizeof value);
    write(bytes);
}

void FlowFileWriter::add(const SavedFlow& flow) {
    write_value(flow);
}

void FlowFileWriter::commit() {
    write_value(std::uint32_t{crc_});
    if (std::fflush(stream_.get()) != 0 || ::rename(beside_.c_str(), file_.c_str()) != 0) {
        fail(file_, errno);
    }
    stream_.reset();
}

void FlowFile::Unmap::operator()(const std::uint8_t* memory) const {
    ::munmap(const_cast<std::uint8_t*>(memory), bytes);
}

std::optional<FlowFile> FlowFile::open(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        fail(file, errno);
    }
    struct stat status{};
    void* memory = MAP_FAILED;
    if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        memory = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    }
    ::close(fd);
    if (memory == MAP_FAILED) {
        throw std::runtime_error(file.string() + ": cannot be read as saved flows");
    }
    FlowFile flows(Mapping(static_cast<const std::uint8_t*>(memory), {static_cast<std::size_t>(status.st_size)}));
    if (!flows.read()) {
        throw std::runtime_error(file.string() + ": holds no flows that this version saved");
    }
    return flows.age_ != std::numeric_limits<Nanoseconds>::max() ? std::optional(std::move(flows)) : std::nullopt;
}

bool FlowFile::read() {
    const std::span all(mapping_.get(), mapping_.get_deleter().bytes);
    std::uint32_t crc = 0;
    if (all.size() < sizeof(Head) + sizeof crc) {
        return false;
    }
    const auto checked = all.first(all.size() - sizeof crc);
    std::memcpy(&crc, all.last(sizeof crc).data(), sizeof crc);
    Bytes bytes(checked);
    Head head;
    if (!bytes.take(head) || head.magic != Head{}.magic || head.version != kVersion ||
        head.flow_bytes != sizeof(SavedFlow) || crc32c(checked.data(), checked.size(), kNoCrc) != crc) {
        return false;
    }
    if (!bytes.take_names(names_.networks, head.networks) || !bytes.take_names(names_.ports, head.ports) ||
        bytes.rest().size() % sizeof(SavedFlow) != 0) {
        return false;
    }
    flows_ = bytes.rest();
    const auto now = boot_time();
    const bool current = head.boot == boot_id() && head.saved_at <= now;
    age_ = current ? now - head.saved_at : std::numeric_limits<Nanoseconds>::max();
    return true;
}

SavedFlow FlowFile::flow(std::size_t index) const {
    SavedFlow flow;
    std::memcpy(static_cast<void*>(&flow), flows_.data() + index * sizeof flow, sizeof flow);
    return flow;
}

} // namespace pontoon
