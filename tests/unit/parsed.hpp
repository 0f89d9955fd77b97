// A frame in memory of exactly its size, so that the address sanitizer sees every read behind it, and what the parser
// says about it.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>

#include "dataplane/packet/parse.hpp"
#include "tests/unit/frames.hpp"

namespace pontoon {

class Parsed {
public:
    explicit Parsed(const frames::Bytes& frame, bool trusted = false) : bytes_(new std::uint8_t[frame.size()]) {
        std::ranges::copy(frame, bytes_.get());
        packet_.data = bytes_.get();
        packet_.length = static_cast<std::uint32_t>(frame.size());
        packet_.first = static_cast<std::uint16_t>(frame.size());
        packet_.csum_trusted = trusted;
        parse(packet_);
    }

    Packet& operator*() { return packet_; }
    Packet* operator->() { return &packet_; }

private:
    std::unique_ptr<std::uint8_t[]> bytes_;
    Packet packet_;
};

inline Reason fault_of(const frames::Bytes& frame) {
    return Parsed(frame)->fault;
}

} // namespace pontoon

template <>
struct Catch::StringMaker<pontoon::Reason> {
    static std::string convert(pontoon::Reason reason) { return std::string(pontoon::name_of(reason)); }
};
