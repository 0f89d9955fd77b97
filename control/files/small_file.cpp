#include "control/files/small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "control/unique_fd.hpp"

namespace pontoon {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
    throw std::runtime_error(file.string() + ": cannot " + what + ": " + std::strerror(errno));
}

} // namespace

std::optional<std::string> read_small_file(const std::filesystem::path& file) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat about{};
    if (!fd || ::fstat(fd.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
        return std::nullopt;
    }
    std::string text(kSmallFile + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const auto got = ::read(fd.get(), text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::nullopt;
        }
        if (got == 0) {
            text.resize(length);
            return text;
        }
        length += static_cast<std::size_t>(got);
    }
    return std::nullopt;
}

void write_in_place(const std::filesystem::path& file, std::string_view text) {
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!fd) {
        fail(file, "open");
    }
    for (std::size_t done = 0; done < text.size();) {
        const auto put = ::pwrite(fd.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
        if (put < 0 && errno != EINTR) {
            fail(file, "write");
        }
        done += put > 0 ? static_cast<std::size_t>(put) : 0;
    }
    if (::ftruncate(fd.get(), static_cast<off_t>(text.size())) != 0) {
        fail(file, "write");
    }
}

} // namespace pontoon
