#include "control/reserved_ports.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "control/unique_fd.hpp"

namespace pontoon {

namespace {

// The kernel gives the list to the first read() only: it has to be large enough for the longest one.
constexpr std::size_t kLongestList = 256 * 1024;

// Without overlaps, adjacent ones joined, in order: as the kernel writes them.
std::vector<PortRange> ranges_of(const PortBits& ports) {
    std::vector<PortRange> ranges;
    for (std::size_t first = ports._Find_first(); first < ports.size();) {
        std::size_t last = first;
        while (last + 1 < ports.size() && ports.test(last + 1)) {
            ++last;
        }
        ranges.push_back({static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)});
        first = ports._Find_next(last);
    }
    return ranges;
}

void set_range(PortBits& ports, const PortRange& range) {
    for (unsigned port = range.first; port <= range.last; ++port) {
        ports.set(port);
    }
}

std::uint16_t take_port(std::string_view& text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc()) {
        throw std::runtime_error("not a list of ports: " + std::string(text.substr(0, 40)));
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return port;
}

} // namespace

PortBits parse_reserved_ports(const std::string& text) {
    PortBits ports;
    std::string_view rest = text;
    while (!rest.empty() && rest != "\n") {
        PortRange range;
        range.first = range.last = take_port(rest);
        if (rest.starts_with('-')) {
            rest.remove_prefix(1);
            range.last = take_port(rest);
        }
        if (range.last < range.first) {
            throw std::runtime_error("not a list of ports: " + text.substr(0, 40));
        }
        set_range(ports, range);
        if (rest.starts_with(',')) {
            rest.remove_prefix(1);
        } else if (!rest.empty() && rest != "\n") {
            throw std::runtime_error("not a list of ports: " + std::string(rest.substr(0, 40)));
        }
    }
    return ports;
}

std::string reserved_ports_text(const PortBits& ports) {
    std::string text;
    for (const auto& range : ranges_of(ports)) {
        text += (text.empty() ? "" : ",") + std::to_string(range.first);
        if (range.last != range.first) {
            text += "-" + std::to_string(range.last);
        }
    }
    return text + "\n";
}

ReservedPorts::~ReservedPorts() {
    try {
        follow({});
    } catch (const std::exception&) { // what cannot be read or written now is left, and the next daemon's to find
    }
}

void ReservedPorts::follow(const std::vector<PortRange>& ranges) {
    PortBits wanted;
    for (const auto& range : ranges) {
        set_range(wanted, range);
    }
    if (wanted == wanted_) {
        return;
    }
    const PortBits there = read();
    PortBits others = there & ~entered_;
    const auto ours = ranges_of(wanted);
    for (const auto& range : ranges_of(there)) {
        if (std::ranges::find(ours, range) != ours.end()) {
            PortBits left;
            set_range(left, range);
            others &= ~left;
        }
    }
    const PortBits entered = wanted & ~others;
    const PortBits next = others | entered;
    if (next != there) {
        write(next);
    }
    wanted_ = wanted;
    entered_ = entered;
}

PortBits ReservedPorts::read() const {
    const UniqueFd fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(kLongestList, '\0');
    const auto size = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    if (size < 0) {
        throw std::runtime_error(file_ + ": cannot read: " + std::strerror(errno));
    }
    text.resize(static_cast<std::size_t>(size));
    return parse_reserved_ports(text);
}

// The kernel takes a page at a time.
void ReservedPorts::write(const PortBits& ports) const {
    const UniqueFd fd(::open(file_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    const std::string text = reserved_ports_text(ports);
    for (std::size_t done = 0; done < text.size();) {
        const auto size = fd ? ::write(fd.get(), text.data() + done, text.size() - done) : -1;
        if (size <= 0) {
            throw std::runtime_error(file_ + ": cannot enter the NAT ports: " + std::strerror(errno));
        }
        done += static_cast<std::size_t>(size);
    }
}

} // namespace pontoon
