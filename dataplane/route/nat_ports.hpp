// The ports (and ICMP identifiers) that masquerading may use, shared out among the workers: the translated port of a
// packet names the worker that has its flow.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/config.hpp"

namespace pontoon {

class NatPorts {
public:
    NatPorts() = default;
    // The ranges do not overlap.
    NatPorts(std::vector<PortRange> ranges, unsigned workers) : ranges_(std::move(ranges)), workers_(workers) {
        for (const auto& range : ranges_) {
            size_ += range.size();
        }
    }

    [[nodiscard]] unsigned size() const { return size_; }

    // The ports are numbered through all ranges; worker w has those from first_of(w) to first_of(w + 1) - 1.
    [[nodiscard]] unsigned first_of(unsigned worker) const { return worker * size_ / workers_; }
    [[nodiscard]] std::uint16_t port(unsigned number) const {
        for (const auto& range : ranges_) {
            if (number < range.size()) {
                return static_cast<std::uint16_t>(range.first + number);
            }
            number -= range.size();
        }
        return 0;
    }
    [[nodiscard]] std::optional<unsigned> number_of(std::uint16_t port) const {
        unsigned before = 0;
        for (const auto& range : ranges_) {
            if (port >= range.first && port <= range.last) {
                return before + (port - range.first);
            }
            before += range.size();
        }
        return std::nullopt;
    }
    [[nodiscard]] std::optional<unsigned> owner_of(std::uint16_t port) const {
        const auto number = number_of(port);
        if (!number) {
            return std::nullopt;
        }
        return ((*number + 1) * workers_ - 1) / size_; // the w with first_of(w) <= number < first_of(w + 1)
    }

private:
    std::vector<PortRange> ranges_;
    unsigned workers_ = 1;
    unsigned size_ = 0;
};

} // namespace pontoon
