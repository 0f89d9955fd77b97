#include "tests/ebpf/steer_programs.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <steer.skel.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/ebpf/steer_frames.hpp"

namespace pontoon::test {

namespace {

int run(const bpf_program* program, const Bytes& frame) {
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = frame.data();
    options.data_size_in = static_cast<std::uint32_t>(frame.size());
    options.repeat = 1;
    const int error = bpf_prog_test_run_opts(bpf_program__fd(program), &options);
    if (error != 0) {
        throw std::runtime_error("cannot run the program: " + std::string(std::strerror(-error)));
    }
    return static_cast<int>(options.retval);
}

} // namespace

SteerPrograms::SteerPrograms(const Config& config) : tap_(1500), tap_fd_(tap_.take()), programs_(steer_bpf::open()) {
    if (programs_ == nullptr) {
        throw std::runtime_error("cannot open the programs");
    }
    programs_->rodata->tap_ifindex = static_cast<std::uint32_t>(tap_.index());
    programs_->rodata->nic_ifindex = 1;
    if (steer_bpf::load(programs_) != 0) {
        steer_bpf::destroy(programs_);
        throw std::runtime_error("the kernel does not take the programs");
    }
    programs_->bss->own_mac = kNicMac.bits();
    maps_ = std::make_unique<SteerMaps>(bpf_map__fd(programs_->maps.addresses), bpf_map__fd(programs_->maps.ports),
                                        bpf_map__fd(programs_->maps.subnets));
    maps_->follow(config);
}

SteerPrograms::~SteerPrograms() {
    steer_bpf::destroy(programs_);
}

bool SteerPrograms::by_tc_too(const Bytes& frame) {
    const be16 type = load<EthernetHeader>(frame.data()).type;
    const std::size_t header = type == be16{ether_type::kIpv4} ? 20 : type == be16{ether_type::kIpv6} ? 40 : 0;
    return frame.size() >= 14 + header;
}

Whose SteerPrograms::by_tc(const Bytes& frame) {
    const int action = run(programs_->progs.steer_nic, frame);
    const bool copy = copied();
    if (action == TC_ACT_REDIRECT && !copy) {
        return Whose::ours;
    }
    if (action == TC_ACT_UNSPEC) {
        return copy ? Whose::both : Whose::kernel;
    }
    throw std::runtime_error("steer_nic does what it should never: " + std::to_string(action));
}

Whose SteerPrograms::by_xdp(const Bytes& frame) {
    switch (run(programs_->progs.steer_xdp, frame)) {
    case XDP_PASS: return Whose::kernel;
    case XDP_DROP: return Whose::ours; // there is no socket to take it
    }
    throw std::runtime_error("steer_xdp does what it should never");
}

bool SteerPrograms::leaves(const Bytes& frame) {
    return run(programs_->progs.steer_tap, frame) == TC_ACT_REDIRECT;
}

bool SteerPrograms::copied() {
    std::array<char, 4096> frame;
    return ::read(tap_fd_.get(), frame.data(), frame.size()) > 0;
}

unsigned SteerPrograms::notes() const {
    const int map = bpf_map__fd(programs_->maps.notes);
    steer_packet key{};
    unsigned count = 0;
    for (int found = bpf_map_get_next_key(map, nullptr, &key); found == 0; ++count) {
        found = bpf_map_get_next_key(map, &key, &key);
    }
    return count;
}

void SteerPrograms::age_notes() {
    const int map = bpf_map__fd(programs_->maps.notes);
    std::vector<steer_packet> keys;
    steer_packet key{};
    for (int found = bpf_map_get_next_key(map, nullptr, &key); found == 0;) {
        keys.push_back(key);
        found = bpf_map_get_next_key(map, &key, &key);
    }
    for (const auto& packet : keys) {
        steer_note note{};
        bpf_map_lookup_elem(map, &packet, &note);
        note.time -= 60'000'000'000;
        bpf_map_update_elem(map, &packet, &note, BPF_EXIST);
    }
}

} // namespace pontoon::test
