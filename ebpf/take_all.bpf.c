// XDP: all that comes in by an interface goes to the AF_XDP socket of its queue. What finds no socket is dropped: the
// host's own stack has no business with it.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, 64);
    __type(key, __u32);
    __type(value, __u32);
} xsks SEC(".maps");

SEC("xdp.frags")
int take_all(struct xdp_md* ctx) {
    return bpf_redirect_map(&xsks, ctx->rx_queue_index, XDP_DROP);
}

char kLicense[] SEC("license") = "Dual BSD/GPL";
