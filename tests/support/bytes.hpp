// A frame under construction.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/wire/address.hpp"

namespace pontoon::test {

using Bytes = std::vector<std::uint8_t>;

// Appends numbers most significant byte first.
class Writer {
public:
    Writer& u8(std::uint64_t value) { return number(value, 1); }
    Writer& u16(std::uint64_t value) { return number(value, 2); }
    Writer& u32(std::uint64_t value) { return number(value, 4); }
    Writer& zeros(std::size_t count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }
    Writer& put(std::span<const std::uint8_t> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    Writer& put(const Mac& mac) { return put(mac.bytes); }
    Writer& put(Ipv4 address) { return u32(address.host()); }
    Writer& put(const Ipv6& address) { return put(address.bytes); }

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] Bytes take() { return std::move(bytes_); }

private:
    Writer& number(std::uint64_t value, unsigned bytes) {
        while (bytes-- != 0) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
        }
        return *this;
    }

    Bytes bytes_;
};

// Overwrites two bytes that were written as zeros.
inline void patch16(Bytes& bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
}

} // namespace pontoon::test
