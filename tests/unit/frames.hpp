// Frames built from bytes, for tests. The sums are made by the plainest code there is, and by none of the product's, so
// that the product can be held against them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "dataplane/wire/address.hpp"

namespace pontoon::frames {

using Bytes = std::vector<std::uint8_t>;

inline constexpr Mac kMacA{{0x02, 0x42, 0xac, 0x12, 0x00, 0x02}};
inline constexpr Mac kMacB{{0x02, 0x42, 0xac, 0x12, 0x00, 0x03}};

[[nodiscard]] Bytes hex(std::string_view digits); // pairs of digits, blanks between them ignored
[[nodiscard]] Bytes bytes16(unsigned value);
[[nodiscard]] Bytes filled(std::size_t count); // 1, 2, 3 ...
[[nodiscard]] Bytes join(std::initializer_list<Bytes> parts);
[[nodiscard]] Bytes patched(Bytes bytes, std::size_t at, const Bytes& with);
[[nodiscard]] Bytes cut(Bytes bytes, std::size_t length);

// Ones' complement sum of big-endian words, an odd last byte padded with zero.
[[nodiscard]] std::uint16_t naive_sum(const Bytes& bytes);
[[nodiscard]] std::uint32_t naive_crc32c(const Bytes& bytes);

// From A to B unless said otherwise.
[[nodiscard]] Bytes ethernet(unsigned type, const Bytes& payload);
[[nodiscard]] Bytes ethernet(Mac destination, Mac source, unsigned type, const Bytes& payload);
[[nodiscard]] Bytes tag(unsigned control, unsigned type); // what follows a TPID

// The addresses of ip4 and ip6, one behind the other, as pseudo-headers begin.
extern const Bytes kEnds4;
extern const Bytes kEnds6;

struct Ip4 {
    std::uint8_t protocol = 6;
    unsigned fragment = 0; // flags and offset as on the wire
    Bytes options{};       // a multiple of 4 bytes
    int lie = 0;           // added to the total length
    bool without_sum = false;
    Bytes ends = kEnds4;
};
[[nodiscard]] Bytes ip4(const Ip4& ip, const Bytes& payload);
[[nodiscard]] Bytes ip6(std::uint8_t next_header, const Bytes& payload, int lie = 0);
// An extension header of `length` bytes that says what comes next; its other bytes are those of `content`.
[[nodiscard]] Bytes extension(std::uint8_t next_header, std::size_t length, const Bytes& content = {});
[[nodiscard]] Bytes fragment6(std::uint8_t next_header, unsigned offset, bool more);

// What a checksum field may hold.
enum class Sums { right, partial, wrong, none };

// A whole segment with a usual header, `ends` being kEnds4, kEnds6 or other addresses.
[[nodiscard]] Bytes tcp(const Bytes& ends, const Bytes& data = filled(5), Sums sums = Sums::right,
                        const Bytes& options = {});
[[nodiscard]] Bytes udp(const Bytes& ends, const Bytes& data = filled(5), Sums sums = Sums::right);
[[nodiscard]] Bytes sctp(const Bytes& data = filled(8), Sums sums = Sums::right);
[[nodiscard]] Bytes icmp_message(std::uint8_t type, const Bytes& behind_header = filled(7), Sums sums = Sums::right);
[[nodiscard]] Bytes icmp6_message(std::uint8_t type, const Bytes& behind_header = filled(7), Sums sums = Sums::right);

struct Arp {
    unsigned operation = 1;
    Mac sender_mac = kMacA;
    std::string_view sender_ip = "172.18.0.2";
    Mac target_mac{};
    std::string_view target_ip = "172.18.0.1";
};
[[nodiscard]] Bytes arp(const Arp& arp);

// A short frame that no stage has anything to say about: EtherType 0x88b5, local experiments.
[[nodiscard]] Bytes plain(Mac destination, Mac source, std::uint8_t content = 0);

} // namespace pontoon::frames
