// Subnets that do not overlap, as a binary tree over the bits of their addresses. Every question costs at most a few
// times 32 steps, however many there are and whatever gaps they leave.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "dataplane/wire/address.hpp"

namespace pontoon {

class SubnetTree {
public:
    // Only if nothing overlaps it.
    void take(const Prefix4& subnet);
    // One that was taken.
    void give_back(const Prefix4& subnet);
    // The one of those taken that overlaps `subnet` and has the lowest address.
    [[nodiscard]] std::optional<Prefix4> overlapping(const Prefix4& subnet) const;
    // The lowest subnet of `length` bits in `base` that is free and does not begin below `from`.
    [[nodiscard]] std::optional<Prefix4> lowest_free(const Prefix4& base, std::uint8_t length, Ipv4 from) const;

private:
    // Below it something is taken, or, without children, it is taken itself.
    struct Node {
        std::array<std::unique_ptr<Node>, 2> children;
        std::uint8_t shortest_free = kNothing; // length of the largest free block below

        [[nodiscard]] bool is_taken() const { return !children[0] && !children[1]; }
    };

    static constexpr std::uint8_t kNothing = 33;

    static void put(std::unique_ptr<Node>& node, const Prefix4& subnet, std::uint8_t depth);
    static void erase(std::unique_ptr<Node>& node, const Prefix4& subnet, std::uint8_t depth);
    static void measure(Node& node, std::uint8_t depth);
    static std::optional<Prefix4> search(const Node* node, const Prefix4& block, std::uint8_t length, Ipv4 from);

    std::unique_ptr<Node> root_;
};

} // namespace pontoon
