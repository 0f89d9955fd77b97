// The XDP program that gives all that comes in by an interface to AF_XDP sockets (ebpf/take_all.bpf.c).
#pragma once

#include <memory>

namespace pontoon {

class TakeAll {
public:
    // On an interface of the calling thread's network namespace, by its driver or, where that cannot, generic. It is
    // taken away with this object, also when the process is killed. Throws std::runtime_error.
    explicit TakeAll(unsigned interface);
    TakeAll(const TakeAll&) = delete;
    TakeAll& operator=(const TakeAll&) = delete;
    ~TakeAll();

    [[nodiscard]] int xsks_map() const;
    [[nodiscard]] bool is_native() const { return native_; }

private:
    struct Program;
    std::unique_ptr<Program> program_;
    int link_ = -1;
    bool native_ = true;
};

} // namespace pontoon
