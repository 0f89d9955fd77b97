// What ebpf/host_access.bpf.c and control/ both know: the shapes of the maps. Addresses as on the wire.
#pragma once

#include <linux/types.h>

// Map `published`, a prefix tree: a rule's address, protocol and some of its ports -> where they lead to. A range of
// ports is at most 30 prefixes, whatever its size.
struct published_key {
    __u32 length;   // in bits, of what follows
    __u32 address;  // of the rule: one of the host's, or one of the two below
    __u16 protocol; // IPPROTO_TCP ..., host byte order
    __u16 port;     // as on the wire
};

#define PUBLISHED_FIXED_BITS 48 // address and protocol

#define PUBLISHED_ANY 0           // a rule for every address
#define PUBLISHED_SOME 0xffffffff // entered for each rule: somebody holds this port on some address

struct published_target {
    __u32 address;
    __u16 first_host; // host byte order: port first_host + n
    __u16 first;      // is the container's first + n
};

// Map `asked`: what a socket asked for when it was led to a container, for the answers to come from there.
struct asked_key {
    __u64 socket;
    __u32 address; // of the container
    __u16 port;    // of the container, on the wire
    __u16 zero;
};

struct asked_value {
    __u32 address[4]; // IPv6; an IPv4 address is mapped
    __u16 port;
    __u16 zero;
};
