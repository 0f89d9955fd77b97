// What ebpf/steer.bpf.c and control/ both know: the shapes of the maps. Addresses and ports as on the wire, unless it
// says otherwise.
#pragma once

#include <linux/types.h>

#define STEER_ADDRESSES 256 // of the host, at most
#define STEER_SUBNETS 4096  // at most
#define STEER_NOTES 8192    // packets in pieces that are remembered at a time
#define STEER_QUEUES 256    // of the interface, in xdp mode
#define STEER_REOPENED 4096 // connections that began where the host's socket still waits after the end of another

// The kinds of port numbers that an address has; an ICMP query's identifier is its port.
enum steer_kind { STEER_TCP, STEER_UDP, STEER_SCTP, STEER_ICMP, STEER_KINDS };

// Map `addresses`: IPv4 address -> slot. Map `ports`: slot * STEER_KINDS + kind -> which ports are ours, port n (host
// byte order) in bit n % 64 of word n / 64. The last entry, STEER_NAT_PORTS, says which of them are NAT ports: those
// are ours alone, the others are ours where no connection of the host is in the way. Userspace has `ports` in its
// memory and changes a word at a time, so that a port that stays ours never is not.
#define STEER_NAT_PORTS (STEER_ADDRESSES * STEER_KINDS)
#define STEER_PORT_SETS (STEER_NAT_PORTS + 1)
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

// Map `reopened`: the two ends of a connection -> when it began, ns of CLOCK_MONOTONIC.
struct steer_ends {
    __u32 remote;
    __u32 local;
    __u16 remote_port;
    __u16 local_port;
};
