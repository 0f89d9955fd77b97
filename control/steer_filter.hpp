// An eBPF program at the ingress of an interface, beside other people's filters (tc, clsact).
//
// It stays when its daemon is killed, so that what was ours is still not the kernel's (which would end the
// connections): it leads nowhere until the next daemon replaces it. Its handle says whether the clsact qdisc was made
// for it.
#pragma once

#include <cstdint>

namespace pontoon {

class IngressFilter {
public:
    // Replaces what a daemon that was killed left. Throws std::runtime_error.
    IngressFilter(int interface, int program);
    // It stays when this goes, as if the process had been killed.
    void leave() { handle_ = 0; }
    IngressFilter(const IngressFilter&) = delete;
    IngressFilter& operator=(const IngressFilter&) = delete;
    ~IngressFilter(); // the qdisc goes too if it was made for this, and nobody else's filter is there

private:
    int interface_;
    std::uint32_t handle_;
};

} // namespace pontoon
