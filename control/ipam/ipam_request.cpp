#include "control/ipam/ipam_request.hpp"

#include <optional>
#include <utility>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

bool is_empty(const IpamText& entry) {
    return entry.subnet.empty() && entry.ip_range.empty() && entry.gateway.empty() && entry.auxiliary.empty();
}

// A subnet, and whether a bit is set behind its length.
struct Block {
    Prefix4 masked;
    bool is_masked = true;
};

std::optional<Block> block_of(const std::string& text) {
    const auto parsed = InterfaceAddress4::parse(text);
    if (!parsed) {
        return std::nullopt;
    }
    return Block{parsed->prefix(), parsed->prefix().address == parsed->address};
}

bool is_ipv6_block(const std::string& text) {
    const auto slash = text.find('/');
    return slash != std::string::npos && Ipv6::parse(std::string_view(text).substr(0, slash)).has_value();
}

// One entry, and what is wrong with it.
class Reading {
public:
    Reading(const IpamText& entry, std::string& errors) : entry_(entry), errors_(errors) {}

    std::optional<IpamPool> read() {
        const auto subnet = block_of(entry_.subnet);
        if (!subnet) {
            wrong("subnet " + shown(entry_.subnet), "invalid CIDR block notation");
            return std::nullopt;
        }
        subnet_ = subnet->masked;
        if (!subnet->is_masked) {
            wrong("subnet " + shown(entry_.subnet), "it should be " + subnet_.to_string());
        }
        IpamPool pool;
        pool.subnet = subnet_;
        pool.ip_range = ip_range();
        if (!entry_.gateway.empty()) {
            pool.gateway = address("gateway " + shown(entry_.gateway), entry_.gateway);
        }
        for (const auto& [name, text] : entry_.auxiliary) {
            if (const auto auxiliary = address("auxiliary address " + shown(name), text)) {
                pool.auxiliary.emplace(name, *auxiliary);
            }
        }
        return pool;
    }

private:
    void wrong(const std::string& what, const std::string& why) {
        errors_ += "\ninvalid ";
        errors_ += what;
        errors_ += ": ";
        errors_ += why;
    }

    std::optional<Prefix4> ip_range() {
        const auto& text = entry_.ip_range;
        if (text.empty()) {
            return std::nullopt;
        }
        const std::string what = "ip-range " + shown(text);
        const auto range = block_of(text);
        if (!range) {
            wrong(what, is_ipv6_block(text) ? "parent subnet is an IPv4 block" : "invalid CIDR block notation");
            return std::nullopt;
        }
        if (range->masked.length < subnet_.length) {
            wrong(what, "CIDR block is bigger than its parent subnet " + subnet_.to_string());
        }
        if (!range->is_masked) {
            wrong(what, "it should be " + range->masked.to_string());
        }
        if (!subnet_.overlaps(range->masked)) {
            wrong(what, "parent subnet " + subnet_.to_string() + " doesn't contain ip-range");
        }
        return range->masked;
    }

    std::optional<Ipv4> address(const std::string& what, const std::string& text) {
        const auto parsed = Ipv4::parse(text);
        if (!parsed) {
            wrong(what, Ipv6::parse(text) ? "parent subnet is an IPv4 block" : "invalid address");
            return std::nullopt;
        }
        if (!subnet_.contains(*parsed)) {
            wrong(what, "parent subnet " + subnet_.to_string() + " doesn't contain this address");
        }
        return *parsed;
    }

    const IpamText& entry_;
    std::string& errors_;
    Prefix4 subnet_;
};

} // namespace

std::vector<IpamPool> read_ipam(const std::vector<IpamText>& entries) {
    std::vector<IpamPool> pools;
    std::string errors;
    for (const auto& entry : entries) {
        if (is_empty(entry) || is_ipv6_block(entry.subnet)) {
            continue;
        }
        if (auto pool = Reading(entry, errors).read()) {
            pools.push_back(std::move(*pool));
        }
    }
    if (!errors.empty()) {
        throw Refused(Refused::Why::bad, "invalid network config:" + errors);
    }
    return pools;
}

} // namespace pontoon
