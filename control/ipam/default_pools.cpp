#include "control/ipam/default_pools.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include "control/json_reader.hpp"

namespace pontoon {

namespace {

[[noreturn]] void fail(const std::string& reason) {
    throw InputError("", reason);
}

Prefix4 base_of(std::string_view text) {
    const auto base = InterfaceAddress4::parse(text);
    if (!base) {
        fail("invalid base pool \"" + shown(text) + "\": it is no IPv4 subnet");
    }
    return base->prefix();
}

std::uint8_t size_of(std::string_view text) {
    unsigned size = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, size);
    if (error != std::errc{} || end != last || size < 1 || size > 32) {
        fail("invalid size value: \"" + shown(text) + "\" (must be 1 to 32)");
    }
    return static_cast<std::uint8_t>(size);
}

} // namespace

std::vector<DefaultPool> docker_default_pools() {
    const auto pool = [](std::uint32_t base, std::uint8_t length, std::uint8_t size) {
        return DefaultPool{{Ipv4{be32{base}}, length}, size};
    };
    return {pool(0xac110000, 16, 16), pool(0xac120000, 16, 16), pool(0xac130000, 16, 16), pool(0xac140000, 14, 16),
            pool(0xac180000, 14, 16), pool(0xac1c0000, 14, 16), pool(0xc0a80000, 16, 20)};
}

DefaultPool default_pool_of(std::string_view text) {
    std::optional<Prefix4> base;
    std::optional<std::uint8_t> size;
    for (std::string_view rest = text; !rest.empty();) {
        const auto field = rest.substr(0, rest.find(','));
        rest = field.size() == rest.size() ? std::string_view() : rest.substr(field.size() + 1);
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) {
            fail("invalid field '" + shown(field) + "' must be a key=value pair");
        }
        const auto key = field.substr(0, equals);
        if (key == "base" && !base) {
            base = base_of(field.substr(equals + 1));
        } else if (key == "size" && !size) {
            size = size_of(field.substr(equals + 1));
        } else {
            fail("unexpected key '" + shown(key) + "' in '" + shown(field) + "'");
        }
    }
    if (!base || !size) {
        fail("a default address pool is base=SUBNET,size=BITS");
    }
    if (*size < base->length) {
        fail("the size " + std::to_string(*size) + " is bigger than its base pool " + base->to_string());
    }
    return {*base, *size};
}

std::vector<DefaultPool> in_order(std::vector<DefaultPool> pools) {
    std::ranges::stable_sort(pools, {}, &DefaultPool::base); // the larger one of two at one address first
    std::vector<DefaultPool> kept;
    for (const auto& pool : pools) {
        if (kept.empty() || !kept.back().base.overlaps(pool.base)) {
            kept.push_back(pool);
        }
    }
    return kept;
}

} // namespace pontoon
