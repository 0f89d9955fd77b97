#include "control/ipam/subnet_tree.hpp"

#include <algorithm>

namespace pontoon {

namespace {

// Bit `depth` of an address, counted from the highest.
std::size_t bit_at(Ipv4 address, std::uint8_t depth) {
    return address.host() >> (31 - depth) & 1;
}

Prefix4 half_of(const Prefix4& block, std::size_t side) {
    const auto length = static_cast<std::uint8_t>(block.length + 1);
    const std::uint32_t bit = side == 0 ? 0 : std::uint32_t{1} << (32 - length);
    return {Ipv4{be32{block.address.host() | bit}}, length};
}

std::uint32_t end_of(const Prefix4& block) {
    return block.address.host() | ~block.mask();
}

// The first subnet of `length` bits in a free block.
std::optional<Prefix4> first_in(const Prefix4& block, std::uint8_t length, Ipv4 from) {
    const std::uint64_t size = std::uint64_t{1} << (32 - length);
    const std::uint64_t least = std::max<std::uint64_t>(block.address.host(), from.host());
    const std::uint64_t first = (least + size - 1) / size * size;
    if (block.length > length || first > end_of(block)) {
        return std::nullopt;
    }
    return Prefix4{Ipv4{be32{static_cast<std::uint32_t>(first)}}, length};
}

} // namespace

// What is free below `node`, from its children.
void SubnetTree::measure(Node& node, std::uint8_t depth) {
    node.shortest_free = kNothing;
    for (const auto& child : node.children) {
        const auto free = child ? child->shortest_free : static_cast<std::uint8_t>(depth + 1);
        node.shortest_free = std::min(node.shortest_free, free);
    }
}

void SubnetTree::put(std::unique_ptr<Node>& node, const Prefix4& subnet, std::uint8_t depth) {
    if (!node) {
        node = std::make_unique<Node>();
    }
    if (depth < subnet.length) {
        put(node->children[bit_at(subnet.address, depth)], subnet, depth + 1);
        measure(*node, depth);
    }
}

void SubnetTree::erase(std::unique_ptr<Node>& node, const Prefix4& subnet, std::uint8_t depth) {
    if (depth < subnet.length) {
        erase(node->children[bit_at(subnet.address, depth)], subnet, depth + 1);
        measure(*node, depth);
    }
    if (node->is_taken()) { // nothing is left below
        node.reset();
    }
}

void SubnetTree::take(const Prefix4& subnet) {
    put(root_, subnet, 0);
}

void SubnetTree::give_back(const Prefix4& subnet) {
    erase(root_, subnet, 0);
}

std::optional<Prefix4> SubnetTree::overlapping(const Prefix4& subnet) const {
    const Node* node = root_.get();
    Prefix4 block;
    while (node != nullptr && !node->is_taken()) {
        const std::size_t side =
            block.length < subnet.length ? bit_at(subnet.address, block.length) : (node->children[0] ? 0 : 1);
        node = node->children[side].get();
        block = half_of(block, side);
    }
    return node != nullptr ? std::optional(block) : std::nullopt;
}

std::optional<Prefix4> SubnetTree::search(const Node* node, const Prefix4& block, std::uint8_t length, Ipv4 from) {
    if (end_of(block) < from.host()) {
        return std::nullopt;
    }
    if (node == nullptr) {
        return first_in(block, length, from);
    }
    if (node->is_taken() || node->shortest_free > length) {
        return std::nullopt;
    }
    for (const std::size_t side : {0, 1}) {
        if (const auto found = search(node->children[side].get(), half_of(block, side), length, from)) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<Prefix4> SubnetTree::lowest_free(const Prefix4& base, std::uint8_t length, Ipv4 from) const {
    const Node* node = root_.get();
    for (std::uint8_t depth = 0; node != nullptr && depth < base.length; ++depth) {
        if (node->is_taken()) {
            return std::nullopt;
        }
        node = node->children[bit_at(base.address, depth)].get();
    }
    return search(node, base, length, from);
}

} // namespace pontoon
