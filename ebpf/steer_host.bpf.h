// Whether a packet for a published port belongs to a connection of the host itself: then it is the kernel's, as with
// Linux's conntrack. For programs at an interface (tc, XDP), about the interface's network namespace.
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "steer.h"

#define TIME_WAIT_LIFE 60000000000ULL // Linux: TCP_TIMEWAIT_LEN

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, STEER_REOPENED);
    __type(key, struct steer_ends);
    __type(value, __u64);
} reopened SEC(".maps");

static __always_inline struct bpf_sock_tuple tuple_of(const struct steer_ends* ends) {
    return (struct bpf_sock_tuple){.ipv4 = {ends->remote, ends->local, ends->remote_port, ends->local_port}};
}

// The state of the host's socket between these ends, else of one that listens, else BPF_TCP_CLOSE. Two functions, and
// not inline: the verifier takes no instruction that reads from either kind of socket.
static __noinline int tcp_state(void* ctx, const struct steer_ends* ends) {
    struct bpf_sock_tuple tuple = tuple_of(ends);
    struct bpf_sock* socket = bpf_skc_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
    if (!socket) {
        return BPF_TCP_CLOSE;
    }
    const int state = socket->state;
    bpf_sk_release(socket);
    return state;
}

// The same of UDP: BPF_TCP_ESTABLISHED if it is connected.
static __noinline int udp_state(void* ctx, const struct steer_ends* ends) {
    struct bpf_sock_tuple tuple = tuple_of(ends);
    struct bpf_sock* socket = bpf_sk_lookup_udp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
    if (!socket) {
        return BPF_TCP_CLOSE;
    }
    const int state = socket->state;
    bpf_sk_release(socket);
    return state;
}

// As in Linux a SYN ends the waiting after a connection's end: from then on these ends are not the host's, though its
// socket goes on waiting.
static __always_inline int still_waits(const struct steer_ends* ends, int begins) {
    const __u64 now = bpf_ktime_get_ns();
    if (begins) {
        bpf_map_update_elem(&reopened, ends, &now, BPF_ANY);
        return 0;
    }
    const __u64* since = bpf_map_lookup_elem(&reopened, ends);
    return !since || now > *since + TIME_WAIT_LIFE;
}

// `begins`: the packet begins a connection. SCTP's sockets cannot be looked up.
static __always_inline int is_hosts(void* ctx, int kind, const struct steer_ends* ends, int begins) {
    if (kind != STEER_TCP && kind != STEER_UDP) {
        return 0;
    }
    switch (kind == STEER_TCP ? tcp_state(ctx, ends) : udp_state(ctx, ends)) {
    case BPF_TCP_CLOSE:
    case BPF_TCP_LISTEN: return 0;
    case BPF_TCP_TIME_WAIT: return still_waits(ends, begins);
    }
    return 1;
}
