// Network namespaces: opening one, and doing something inside.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "control/unique_fd.hpp"

namespace pontoon {

class NetNs {
public:
    // What tells namespaces apart while they live; a number may come again after the namespace has gone.
    struct Id {
        dev_t device = 0;
        ino_t inode = 0;

        friend bool operator==(const Id&, const Id&) = default;
    };

    // Throws std::runtime_error that names `path`, also where it is no network namespace.
    [[nodiscard]] static NetNs open(const std::string& path);
    [[nodiscard]] static NetNs of_process(pid_t pid);
    [[nodiscard]] static NetNs current(); // of the calling thread

    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] Id id() const;

    // Calls `work` with the calling thread in this namespace, and returns to where it was also when `work` throws.
    template <typename Work>
    auto run(Work&& work) const {
        const Visit visit(*this);
        return std::forward<Work>(work)();
    }

private:
    class Visit { // enters; its end goes back. Throws std::runtime_error where it cannot enter.
    public:
        explicit Visit(const NetNs& to);
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;
        ~Visit();

    private:
        UniqueFd home_;
    };

    explicit NetNs(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

} // namespace pontoon
