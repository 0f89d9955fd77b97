#include "control/reserved_ports.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
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

PortBits bits_of(const std::vector<PortRange>& ranges) {
    PortBits ports;
    for (const auto& range : ranges) {
        set_range(ports, range);
    }
    return ports;
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
        if (followed_) {
            follow({}, {});
        }
    } catch (const std::exception&) { // what cannot be read or written now is left, and the next daemon's to find
    }
}

void ReservedPorts::follow(const std::vector<PortRange>& nat, const std::vector<PortRange>& published) {
    if (followed_ && nat == nat_ && published == published_) {
        return;
    }
    if (!followed_) {
        const auto note = note_.read();
        noted_ = note.has_value();
        entered_ = note.value_or(PortBits());
    }
    const PortBits there = read();
    const PortBits wanted_nat = bits_of(nat);
    const PortBits theirs = others(there, wanted_nat);
    const PortBits entered = (wanted_nat | fitting(published, theirs | wanted_nat)) & ~theirs;
    const PortBits next = theirs | entered;
    if (next != there) {
        note_.write(entered_ | entered); // whenever we are killed, it says at least what is ours
        write(next);
    }
    note_.write(entered);
    followed_ = true;
    nat_ = nat;
    published_ = published;
    entered_ = entered;
}

PortBits ReservedPorts::others(const PortBits& there, const PortBits& nat) const {
    PortBits others = there & ~entered_;
    if (noted_) {
        return others;
    }
    const auto ours = ranges_of(nat);
    for (const auto& range : ranges_of(there)) {
        if (std::ranges::find(ours, range) != ours.end()) {
            others &= ~bits_of({range});
        }
    }
    return others;
}

PortBits ReservedPorts::fitting(std::vector<PortRange> published, const PortBits& taken) const {
    if (published.empty()) {
        return {};
    }
    const PortBits local = read_local();
    PortBits free = local & ~taken;
    PortBits fitting;
    std::ranges::stable_sort(published, {}, [](const PortRange& range) { return range.last - range.first; });
    for (const auto& range : published) {
        const PortBits ports = bits_of({range}) & local;
        const PortBits left = free & ~ports;
        if (left.count() * 2 >= local.count()) {
            fitting |= ports;
            free = left;
        }
    }
    return fitting;
}

// "32768\t60999"
PortBits ReservedPorts::read_local() const {
    std::ifstream stream(files_.local);
    PortRange range;
    if (!(stream >> range.first >> range.last) || range.last < range.first) {
        throw std::runtime_error(files_.local + ": cannot read a range of ports");
    }
    return bits_of({range});
}

PortBits ReservedPorts::read() const {
    const UniqueFd fd(::open(files_.reserved.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(kLongestList, '\0');
    const auto size = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    if (size < 0) {
        throw std::runtime_error(files_.reserved + ": cannot read: " + std::strerror(errno));
    }
    text.resize(static_cast<std::size_t>(size));
    return parse_reserved_ports(text);
}

// The kernel takes a page at a time.
void ReservedPorts::write(const PortBits& ports) const {
    const UniqueFd fd(::open(files_.reserved.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    const std::string text = reserved_ports_text(ports);
    for (std::size_t done = 0; done < text.size();) {
        const auto size = fd ? ::write(fd.get(), text.data() + done, text.size() - done) : -1;
        if (size <= 0) {
            throw std::runtime_error(files_.reserved + ": cannot enter our ports: " + std::strerror(errno));
        }
        done += static_cast<std::size_t>(size);
    }
}

} // namespace pontoon
