// What ebpf/steer.bpf.c and control/ both know: the shapes of the maps. Addresses and ports as on the wire, unless it
// says otherwise.
#pragma once

#include <linux/types.h>

#define STEER_ADDRESSES 256 // of the host, at most
#define STEER_SUBNETS 4096  // at most
#define STEER_NOTES 8192    // packets in pieces that are remembered at a time
#define STEER_QUEUES 256    // of the interface, in xdp mode

// The kinds of port numbers that an address has; an ICMP query's identifier is its port.
enum steer_kind { STEER_TCP, STEER_UDP, STEER_SCTP, STEER_ICMP, STEER_KINDS };

// Map `addresses`: IPv4 address -> slot. Map `ports`: slot * STEER_KINDS + kind -> which ports are ours, port n (host
// byte order) in bit n % 64 of word n / 64. Userspace has `ports` in its memory and changes a word at a time, so that
// a port that stays ours never is not.
struct steer_ports {
    __u64 words[1024];
};

// Map `subnets`: a prefix that is ours whole.
struct steer_subnet {
    __u32 length;
    __u32 address;
};

// Map `notes`: an IPv4 packet in pieces -> whose it is, by its first piece's ports.
struct steer_packet {
    __u32 source;
    __u32 destination;
    __u16 id;
    __u8 protocol;
    __u8 zero;
};

struct steer_note {
    __u64 time; // of the first piece, ns of CLOCK_MONOTONIC
    __u64 ours; // 0 or 1
};
