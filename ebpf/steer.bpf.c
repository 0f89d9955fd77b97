// The uplink shared with the host: takes what is ours out of what comes in, and leaves the rest to the kernel.
//
// One classifier, two ways to carry: steer_nic (tc, at the interface) redirects ours into a TAP device beside it, whose
// steer_tap (tc) redirects what we write out of the interface; steer_xdp (XDP, at the interface) puts ours into AF_XDP
// sockets. What is malformed is never ours: the kernel drops it.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "steer.h"
#include "steer_host.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";

// What tc has to have in one piece: Ethernet, IPv4 with options, ICMP, and what that quotes.
#define MOST_HEADERS (14 + 60 + 8 + 60 + 8)
#define NOTE_LIFE 30000000000ULL // Linux: ipfrag_time
#define FRAGMENT_OFFSET 0x1fff
#define MORE_FRAGMENTS 0x2000
#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define ACK 0x10

// Keeps the compiler from computing a pointer twice: the verifier would know the bounds of one only.
#define COMPUTED(pointer) asm volatile("" : "+r"(pointer))

enum verdict {
    KERNEL,  // not ours
    OURS,    // ours alone
    BOTH,    // nobody can know yet
    IS_ARP,  // both have to see it
    NOT_YET, // the bytes to tell it by are not in [data, end)
};

const volatile __u32 tap_ifindex; // beside the interface
const volatile __u32 nic_ifindex; // the interface

__u64 own_mac; // the interface's, in the 48 low bits as it lies in memory

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, STEER_ADDRESSES);
    __type(key, __u32);
    __type(value, __u32);
} addresses SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, STEER_PORT_SETS);
    __type(key, __u32);
    __type(value, struct steer_ports);
} ports SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, STEER_SUBNETS);
    __type(key, struct steer_subnet);
    __type(value, __u32);
} subnets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, STEER_NOTES);
    __type(key, struct steer_packet);
    __type(value, struct steer_note);
} notes SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, STEER_QUEUES);
    __type(key, __u32);
    __type(value, __u32);
} xsks SEC(".maps");

// IPv4 and what it carries: `payload` of `size` bytes, by the header's word.
struct datagram {
    const struct iphdr* ip;
    const void* payload;
    const void* end;
    __u32 size;
    __u32 slot; // of the destination address
    void* ctx;  // the program's
};

static __always_inline int kind_of(__u8 protocol) {
    switch (protocol) {
    case IPPROTO_TCP: return STEER_TCP;
    case IPPROTO_UDP: return STEER_UDP;
    case IPPROTO_SCTP: return STEER_SCTP;
    case IPPROTO_ICMP: return STEER_ICMP;
    }
    return STEER_KINDS;
}

static __always_inline int has_port(__u32 index, __be16 port) {
    const __u32 number = bpf_ntohs(port);
    const struct steer_ports* set = bpf_map_lookup_elem(&ports, &index);
    return set && (set->words[number / 64] >> (number % 64) & 1);
}

static __always_inline enum verdict by_port(const struct datagram* it, __u32 kind, __be16 port) {
    return has_port(it->slot * STEER_KINDS + kind, port) ? OURS : KERNEL;
}

// A published port is not ours in a connection of the host.
static __always_inline enum verdict by_ends(const struct datagram* it, int kind, const struct steer_ends* ends,
                                            int begins) {
    if (by_port(it, kind, ends->local_port) == KERNEL) {
        return KERNEL;
    }
    return has_port(STEER_NAT_PORTS, ends->local_port) || !is_hosts(it->ctx, kind, ends, begins) ? OURS : KERNEL;
}

// An ICMP error is ours if we sent what it quotes: 20 to 60 bytes of IPv4 and 8 behind.
static __always_inline enum verdict by_quote(const struct datagram* it) {
    const struct iphdr* quoted = it->payload + 8;
    if (it->size < 8 + sizeof(*quoted)) {
        return KERNEL;
    }
    if ((const void*)(quoted + 1) > it->end) {
        return NOT_YET;
    }
    const __u32 header = quoted->ihl * 4;
    const int kind = kind_of(quoted->protocol);
    if (quoted->version != 4 || header < sizeof(*quoted) || quoted->saddr != it->ip->daddr || kind == STEER_KINDS ||
        (quoted->frag_off & bpf_htons(FRAGMENT_OFFSET)) || it->size < 8 + header + 8) {
        return KERNEL;
    }
    const __u8* inner = (const void*)quoted + header;
    COMPUTED(inner);
    if ((const void*)(inner + 8) > it->end) {
        return NOT_YET;
    }
    if (kind != STEER_ICMP) {
        const __be16* port = (const void*)inner;
        const struct steer_ends ends = {quoted->daddr, quoted->saddr, port[1], port[0]};
        return by_ends(it, kind, &ends, 0);
    }
    const int query = inner[0] == 8 || inner[0] == 13; // echo, timestamp
    return query ? by_port(it, STEER_ICMP, *(const __be16*)(inner + 4)) : KERNEL;
}

static __always_inline enum verdict by_icmp(const struct datagram* it) {
    if (it->size < 8) {
        return KERNEL;
    }
    const __u8* icmp = it->payload;
    if ((const void*)(icmp + 8) > it->end) {
        return NOT_YET;
    }
    switch (icmp[0]) {
    case 0:  // echo reply
    case 14: // timestamp reply
        return by_port(it, STEER_ICMP, *(const __be16*)(icmp + 4));
    case 3:  // unreachable
    case 4:  // source quench
    case 5:  // redirect
    case 11: // time exceeded
    case 12: // parameter problem
        return by_quote(it);
    }
    return KERNEL;
}

static __always_inline enum verdict by_transport(const struct datagram* it, int kind) {
    if (kind == STEER_ICMP) {
        return by_icmp(it);
    }
    if (it->size < 4) {
        return KERNEL;
    }
    const __be16* port = it->payload;
    const __u8* flags = it->payload + 13; // TCP's
    const int has_flags = kind == STEER_TCP && it->size >= 14;
    if ((const void*)(port + 2) > it->end || (has_flags && (const void*)(flags + 1) > it->end)) {
        return NOT_YET;
    }
    const struct steer_ends ends = {it->ip->saddr, it->ip->daddr, port[0], port[1]};
    return by_ends(it, kind, &ends, has_flags && (*flags & (FIN | SYN | RST | ACK)) == SYN);
}

// Only the first piece has ports; the others go where it went.
static __always_inline enum verdict by_piece(const struct datagram* it, int kind) {
    const struct steer_packet packet = {it->ip->saddr, it->ip->daddr, it->ip->id, it->ip->protocol, 0};
    if (it->ip->frag_off & bpf_htons(FRAGMENT_OFFSET)) {
        const struct steer_note* note = bpf_map_lookup_elem(&notes, &packet);
        if (!note || bpf_ktime_get_ns() > note->time + NOTE_LIFE) {
            return BOTH;
        }
        return note->ours ? OURS : KERNEL;
    }
    const enum verdict verdict = by_transport(it, kind);
    if (verdict != NOT_YET) {
        const struct steer_note note = {bpf_ktime_get_ns(), verdict == OURS};
        bpf_map_update_elem(&notes, &packet, &note, BPF_ANY);
    }
    return verdict;
}

static __always_inline enum verdict by_subnet(__be32 destination) {
    const struct steer_subnet key = {32, destination};
    return bpf_map_lookup_elem(&subnets, &key) ? OURS : KERNEL;
}

// `length`: of the whole frame, of which [data, end) is the beginning.
static __always_inline enum verdict classify(void* ctx, const void* data, const void* end, __u32 length) {
    const struct ethhdr* ethernet = data;
    if ((const void*)(ethernet + 1) > end) {
        return NOT_YET;
    }
    if (ethernet->h_proto == bpf_htons(ETH_P_ARP)) {
        return IS_ARP;
    }
    const __u64 to = *(const __u64*)data & 0xffffffffffffULL; // little-endian
    if (ethernet->h_proto != bpf_htons(ETH_P_IP) || to != own_mac) {
        return KERNEL;
    }
    struct datagram it = {.ip = (const void*)(ethernet + 1), .end = end, .ctx = ctx};
    if ((const void*)(it.ip + 1) > end) {
        return NOT_YET;
    }
    const __u32 header = it.ip->ihl * 4;
    const __u32 total = bpf_ntohs(it.ip->tot_len);
    if (it.ip->version != 4 || header < sizeof(*it.ip) || total < header || total + sizeof(*ethernet) > length) {
        return KERNEL;
    }
    const __be32 destination = it.ip->daddr;
    const __u32* slot = bpf_map_lookup_elem(&addresses, &destination);
    if (!slot) {
        return by_subnet(destination);
    }
    const int kind = kind_of(it.ip->protocol);
    if (kind == STEER_KINDS) {
        return KERNEL;
    }
    it.slot = *slot;
    it.size = total - header;
    it.payload = (const void*)it.ip + header;
    COMPUTED(it.payload);
    const int whole = !(it.ip->frag_off & bpf_htons(FRAGMENT_OFFSET | MORE_FRAGMENTS));
    return whole ? by_transport(&it, kind) : by_piece(&it, kind);
}

// Drivers may leave the headers in pages: then they are pulled together, once.
static __always_inline enum verdict classify_skb(struct __sk_buff* skb) {
    if (skb->vlan_present) {
        return KERNEL;
    }
    const enum verdict verdict =
        classify(skb, (const void*)(long)skb->data, (const void*)(long)skb->data_end, skb->len);
    if (verdict != NOT_YET || bpf_skb_pull_data(skb, skb->len < MOST_HEADERS ? skb->len : MOST_HEADERS)) {
        return verdict;
    }
    return classify(skb, (const void*)(long)skb->data, (const void*)(long)skb->data_end, skb->len);
}

SEC("tc")
int steer_nic(struct __sk_buff* skb) {
    switch (classify_skb(skb)) {
    case OURS: return bpf_redirect(tap_ifindex, 0);
    case BOTH:
    case IS_ARP: bpf_clone_redirect(skb, tap_ifindex, 0); break;
    default: break;
    }
    return TC_ACT_UNSPEC; // other people's filters are next
}

SEC("tc")
int steer_tap(struct __sk_buff* skb) {
    return bpf_redirect(nic_ifindex, 0);
}

// Without a socket for the queue ours is dropped: the kernel would end the connections.
SEC("xdp.frags")
int steer_xdp(struct xdp_md* ctx) {
    const __u32 length = bpf_xdp_get_buff_len(ctx);
    if (classify(ctx, (const void*)(long)ctx->data, (const void*)(long)ctx->data_end, length) != OURS) {
        return XDP_PASS;
    }
    return bpf_redirect_map(&xsks, ctx->rx_queue_index, XDP_DROP);
}
