// Processes of the host and published ports. Runs where a process of a cgroup says an address: connecting and sending
// to a published port of the host becomes connecting and sending to the container, and what tells the process whom it
// talks to says what it asked for. Binding a published port is refused. Containers' processes are in the same tree of
// cgroups; only sockets of the host's network namespace are looked at.
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/errno.h>
#include <linux/in.h>
#include <stdbool.h>

#include "host_access.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

volatile const __u64 host_namespace = 0; // its cookie

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1 << 20);
    __type(key, struct published_key);
    __type(value, struct published_target);
} published SEC(".maps");

// The host's own, but 127.0.0.0/8.
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, 1 << 16);
    __type(key, __u32);
    __type(value, __u8);
} addresses SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 1 << 15);
    __type(key, struct asked_key);
    __type(value, struct asked_value);
} asked SEC(".maps");

#define IPPROTO_MULTIPATH_TCP 262
#define LOOPBACK bpf_htonl(0x7f000001)
#define MAPPED bpf_htonl(0xffff) // the third word of an IPv4 address as IPv6

typedef struct bpf_sock_addr context;

static __always_inline bool is_of_host(context *ctx) {
    return bpf_get_netns_cookie(ctx) == host_namespace;
}

static __always_inline __u16 protocol_of(const context *ctx) {
    return ctx->protocol == IPPROTO_MULTIPATH_TCP ? IPPROTO_TCP : ctx->protocol;
}

static __always_inline struct published_target *find(const context *ctx, __u32 address) {
    struct published_key key = {.length = 64, .address = address, .protocol = protocol_of(ctx), .port = ctx->user_port};
    return bpf_map_lookup_elem(&published, &key);
}

static __always_inline bool is_loopback(__u32 address) {
    return (address & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
}

// Where `address` leads to; a rule for the address itself comes first.
static __always_inline struct published_target *target_of(const context *ctx, __u32 address) {
    if (!is_loopback(address) && !bpf_map_lookup_elem(&addresses, &address))
        return 0;
    struct published_target *target = find(ctx, address);
    return target ? target : find(ctx, PUBLISHED_ANY);
}

static __always_inline __u16 port_of(const struct published_target *target, __u32 asked_port) {
    return bpf_htons(target->first + (bpf_ntohs(asked_port) - target->first_host));
}

static __always_inline void remember(context *ctx, const struct published_target *target, __u16 port,
                                     const struct asked_value *value) {
    struct asked_key key = {.socket = bpf_get_socket_cookie(ctx), .address = target->address, .port = port};
    const struct asked_value *old = bpf_map_lookup_elem(&asked, &key);
    if (!old || old->address[3] != value->address[3] || old->address[2] != value->address[2] ||
        old->port != value->port)
        bpf_map_update_elem(&asked, &key, value, BPF_ANY);
}

static __always_inline const struct asked_value *recall(context *ctx, __u32 address) {
    struct asked_key key = {.socket = bpf_get_socket_cookie(ctx), .address = address, .port = ctx->user_port};
    return bpf_map_lookup_elem(&asked, &key);
}

static __always_inline int lead4(context *ctx) {
    if (!is_of_host(ctx))
        return 1;
    const __u32 address = ctx->user_ip4 ? ctx->user_ip4 : LOOPBACK; // 0.0.0.0 is this host
    const struct published_target *target = target_of(ctx, address);
    if (!target)
        return 1;
    const __u16 port = port_of(target, ctx->user_port);
    const struct asked_value value = {.address = {0, 0, MAPPED, address}, .port = ctx->user_port};
    remember(ctx, target, port, &value);
    ctx->user_ip4 = target->address;
    ctx->user_port = port;
    return 1;
}

// ::1 and :: are this host and have the rules for every address.
static __always_inline bool is_loopback6(const context *ctx) {
    const __u32 last = ctx->user_ip6[3];
    return !ctx->user_ip6[0] && !ctx->user_ip6[1] && !ctx->user_ip6[2] && (!last || last == bpf_htonl(1));
}

static __always_inline bool is_mapped(const context *ctx) {
    return !ctx->user_ip6[0] && !ctx->user_ip6[1] && ctx->user_ip6[2] == MAPPED;
}

static __always_inline int lead6(context *ctx) {
    if (!is_of_host(ctx))
        return 1;
    const struct published_target *target = 0;
    struct asked_value value = {.port = ctx->user_port};
    if (is_loopback6(ctx)) {
        target = find(ctx, PUBLISHED_ANY);
        value.address[3] = bpf_htonl(1);
    } else if (is_mapped(ctx)) {
        value.address[2] = MAPPED;
        value.address[3] = ctx->user_ip6[3] ? ctx->user_ip6[3] : LOOPBACK;
        target = target_of(ctx, value.address[3]);
    }
    if (!target)
        return 1;
    const __u16 port = port_of(target, ctx->user_port);
    remember(ctx, target, port, &value);
    ctx->user_ip6[2] = MAPPED;
    ctx->user_ip6[3] = target->address;
    ctx->user_port = port;
    return 1;
}

static __always_inline int tell4(context *ctx) {
    const struct asked_value *value = is_of_host(ctx) ? recall(ctx, ctx->user_ip4) : 0;
    if (value) {
        ctx->user_ip4 = value->address[3];
        ctx->user_port = value->port;
    }
    return 1;
}

static __always_inline int tell6(context *ctx) {
    const struct asked_value *value = is_of_host(ctx) && is_mapped(ctx) ? recall(ctx, ctx->user_ip6[3]) : 0;
    if (value) {
        ctx->user_ip6[2] = value->address[2];
        ctx->user_ip6[3] = value->address[3];
        ctx->user_port = value->port;
    }
    return 1;
}

static __always_inline int refuse(void) {
    bpf_set_retval(-EADDRINUSE);
    return 0;
}

// As the kernel has it for sockets: every address collides with each.
static __always_inline bool is_held(const context *ctx, __u32 address) {
    return address ? find(ctx, address) || find(ctx, PUBLISHED_ANY) : find(ctx, PUBLISHED_SOME) != 0;
}

SEC("cgroup/bind4")
int bind4(context *ctx) {
    return is_of_host(ctx) && is_held(ctx, ctx->user_ip4) ? refuse() : 1;
}

SEC("cgroup/bind6")
int bind6(context *ctx) {
    if (!is_of_host(ctx))
        return 1;
    if (is_mapped(ctx))
        return is_held(ctx, ctx->user_ip6[3]) ? refuse() : 1;
    if (!is_loopback6(ctx))
        return 1;
    return find(ctx, ctx->user_ip6[3] ? PUBLISHED_ANY : PUBLISHED_SOME) ? refuse() : 1;
}

SEC("cgroup/connect4")
int connect4(context *ctx) {
    return lead4(ctx);
}

SEC("cgroup/connect6")
int connect6(context *ctx) {
    return lead6(ctx);
}

SEC("cgroup/sendmsg4")
int sendmsg4(context *ctx) {
    return lead4(ctx);
}

SEC("cgroup/recvmsg4")
int recvmsg4(context *ctx) {
    return tell4(ctx);
}

SEC("cgroup/recvmsg6")
int recvmsg6(context *ctx) {
    return tell6(ctx);
}

SEC("cgroup/getpeername4")
int getpeername4(context *ctx) {
    return tell4(ctx);
}

SEC("cgroup/getpeername6")
int getpeername6(context *ctx) {
    return tell6(ctx);
}
