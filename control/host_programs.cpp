#include "control/host_programs.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/socket.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "control/unique_fd.hpp"
#include "ebpf/host_access.h"
#include <host_access.skel.h>

namespace pontoon {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

UniqueFd opened_cgroup(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        fail(path + ": cannot open the cgroup");
    }
    struct statfs found{};
    if (::fstatfs(fd.get(), &found) != 0 || found.f_type != CGROUP2_SUPER_MAGIC) {
        throw std::runtime_error(path + ": is no directory of a cgroup2 file system");
    }
    return fd;
}

std::uint64_t namespace_cookie() {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    if (!socket || ::getsockopt(socket.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0) {
        fail("cannot ask for the network namespace's cookie");
    }
    return cookie;
}

published_key key_of(const PublishedPrefix& prefix) {
    return {__u32{PUBLISHED_FIXED_BITS} + prefix.length, prefix.address.value.raw(), ip_protocol(prefix.protocol),
            be16{prefix.port}.raw()};
}

published_target value_of(const PublishedTarget& target) {
    return {target.container.value.raw(), target.first_host, target.first};
}

struct FreeSkeleton {
    void operator()(host_access_bpf* skeleton) const { host_access_bpf::destroy(skeleton); }
};
struct FreeLink {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

} // namespace

struct HostPrograms::Loaded {
    std::unique_ptr<host_access_bpf, FreeSkeleton> skeleton{host_access_bpf::open()};
    std::vector<std::unique_ptr<bpf_link, FreeLink>> links{};
};

HostPrograms::HostPrograms(const std::string& cgroup) {
    ::libbpf_set_print(nullptr); // what it would print is in what we throw
    const auto fd = opened_cgroup(cgroup);
    loaded_ = std::make_unique<Loaded>();
    if (!loaded_->skeleton) {
        fail("cannot open the programs for processes of the host");
    }
    loaded_->skeleton->rodata->host_namespace = namespace_cookie();
    if (host_access_bpf::load(loaded_->skeleton.get()) != 0) {
        fail("the kernel does not take the programs for processes of the host");
    }
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, loaded_->skeleton->obj) {
        loaded_->links.emplace_back(bpf_program__attach_cgroup(program, fd.get()));
        if (!loaded_->links.back()) {
            fail(cgroup + ": cannot attach " + bpf_program__name(program));
        }
    }
}

HostPrograms::~HostPrograms() = default;

void HostPrograms::follow(const PublishedPrefixes& published, const std::set<Ipv4>& addresses) {
    const int ports = bpf_map__fd(loaded_->skeleton->maps.published);
    const int own = bpf_map__fd(loaded_->skeleton->maps.addresses);
    for (const auto& address : addresses) {
        constexpr std::uint8_t yes = 1;
        if (!addresses_.contains(address) && ::bpf_map_update_elem(own, &address, &yes, BPF_ANY) != 0) {
            fail("cannot enter the address " + address.to_string());
        }
        addresses_.insert(address);
    }
    // What is new comes before the old goes: the prefixes of a range that grew or shrank cover each other.
    PublishedPrefixes::sequence_type changed;
    std::ranges::set_difference(published, published_, std::back_inserter(changed));
    for (const auto& [prefix, target] : changed) {
        const auto key = key_of(prefix);
        const auto value = value_of(target);
        if (::bpf_map_update_elem(ports, &key, &value, BPF_ANY) != 0) {
            fail("cannot enter published ports");
        }
        published_.insert_or_assign(prefix, target);
    }
    PublishedPrefixes::sequence_type gone;
    const auto prefix_of = [](const auto& entry) { return entry.first; };
    std::ranges::set_difference(published_, published, std::back_inserter(gone), {}, prefix_of, prefix_of);
    for (const auto& entry : gone) {
        if (const auto key = key_of(entry.first); ::bpf_map_delete_elem(ports, &key) == 0) {
            published_.erase(entry.first);
        }
    }
    std::erase_if(addresses_, [&](const Ipv4& address) {
        return !addresses.contains(address) && ::bpf_map_delete_elem(own, &address) == 0;
    });
}

} // namespace pontoon
