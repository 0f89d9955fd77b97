#include "dataplane/port/take_all.hpp"

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <take_all.skel.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon {

struct TakeAll::Program {
    take_all_bpf* skeleton = take_all_bpf::open_and_load();

    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() { take_all_bpf::destroy(skeleton); }
};

TakeAll::TakeAll(unsigned interface) : program_(std::make_unique<Program>()) {
    if (program_->skeleton == nullptr) {
        throw std::runtime_error(std::string("cannot load its XDP program: ") + std::strerror(errno));
    }
    const int program = bpf_program__fd(program_->skeleton->progs.take_all);
    bpf_link_create_opts options{};
    options.sz = sizeof options;
    options.flags = XDP_FLAGS_DRV_MODE;
    link_ = bpf_link_create(program, static_cast<int>(interface), BPF_XDP, &options);
    if (link_ < 0) {
        native_ = false;
        options.flags = XDP_FLAGS_SKB_MODE;
        link_ = bpf_link_create(program, static_cast<int>(interface), BPF_XDP, &options);
    }
    if (link_ < 0) {
        throw std::runtime_error(std::string("cannot attach its XDP program: ") + std::strerror(-link_));
    }
}

TakeAll::~TakeAll() {
    ::close(link_);
}

int TakeAll::xsks_map() const {
    return bpf_map__fd(program_->skeleton->maps.xsks);
}

} // namespace pontoon
