#include "control/published_ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "control/refused.hpp"
#include "control/topology_parts.hpp"
#include "control/undo.hpp"

namespace pontoon {

namespace {

constexpr unsigned kMostHeld = 10; // ports of other processes that are passed over before giving up, as Docker does
constexpr std::size_t kMostCursors = 4096;

[[noreturn]] void refuse_port(const std::string& message) {
    throw Refused(Refused::Why::conflict, message);
}

std::string bind_failed(const Publish& publish, std::uint16_t port) {
    return fmt::format("Bind for {}:{} failed: ", publish.host_ip.to_string(), port);
}

PortRanges reserved_ports(std::istream& stream) {
    PortRanges ranges;
    std::string text;
    while (std::getline(stream, text, ',')) {
        text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == ' '; }), text.end());
        if (!text.empty()) {
            ranges.add(ports_of(text, "ip_local_reserved_ports"));
        }
    }
    return ranges;
}

} // namespace

FreeChoice free_choice_of_machine() {
    FreeChoice choice;
    unsigned first = 0;
    unsigned last = 0;
    std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
    if (range >> first >> last && first >= 1 && first <= last && last <= 65535) {
        choice.range = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)};
    }
    std::ifstream reserved("/proc/sys/net/ipv4/ip_local_reserved_ports");
    choice.reserved = reserved_ports(reserved);
    return choice;
}

struct PublishedPorts::Search {
    const PublishSpec& spec;
    std::vector<Ipv4> host_ips; // that get the same port
    PortRange from;
    bool automatic = false; // reserved ports are left alone (P-041)
    const std::string& endpoint;
    const HostAddresses& addresses;
    const Held& held;

    [[nodiscard]] Publish publish(Ipv4 host_ip, const PortRange& host_ports, const PortRange& ports) const {
        return {host_ip, host_ports, spec.protocol, endpoint, ports};
    }
    [[nodiscard]] bool has_no(Ipv4 host_ip) const { return std::ranges::find(host_ips, host_ip) == host_ips.end(); }
    [[nodiscard]] std::string held_in(const PortRange& host_ports) const {
        std::string reason;
        for (auto ip = host_ips.begin(); ip != host_ips.end() && reason.empty(); ++ip) {
            reason = held(publish(*ip, host_ports, host_ports));
        }
        return reason;
    }
};

PublishedPorts::PublishedPorts(const FreeChoice& choice) : choice_(choice) {}

// Those that are chosen for and differ in the host's address only become one.
std::vector<PublishedPorts::Search> PublishedPorts::searches_for(const std::vector<PublishSpec>& specs,
                                                                 const std::string& endpoint,
                                                                 const HostAddresses& addresses,
                                                                 const Held& held) const {
    std::vector<Search> searches;
    std::map<std::vector<unsigned>, std::size_t> alike; // by what they have to agree in
    for (const auto& spec : specs) {
        if (!addresses.is_ours(spec.host_ip)) {
            throw Refused(Refused::Why::bad, spec.host_ip.to_string() + " is no address of this host");
        }
        const PortRange from = spec.host_ports.value_or(choice_.range);
        if ((!spec.host_ports || spec.is_choice()) && !spec.host_ip.is_unspecified()) {
            const std::vector<unsigned> key{static_cast<unsigned>(spec.protocol), spec.ports.first, spec.ports.last,
                                            spec.is_choice() ? 1U : 0U,           from.first,       from.last};
            const auto [found, is_new] = alike.emplace(key, searches.size());
            if (!is_new && searches[found->second].has_no(spec.host_ip)) {
                searches[found->second].host_ips.push_back(spec.host_ip);
                continue;
            }
        }
        searches.push_back({spec, {spec.host_ip}, from, !spec.host_ports, endpoint, addresses, held});
    }
    return searches;
}

std::vector<Publish> PublishedPorts::take(const std::vector<PublishSpec>& specs, const std::string& endpoint,
                                          const HostAddresses& addresses, const Held& held, Ipv4 host_ip) {
    auto wanted = without_ipv6(specs);
    for (auto& spec : wanted) {
        spec.host_ip = spec.has_host_ip ? spec.host_ip : host_ip;
    }
    std::vector<Publish> taken;
    Undo undo;
    undo.later([&] { std::ranges::for_each(taken, [this](const Publish& publish) { remove(publish); }); });
    for (const auto& search : searches_for(wanted, endpoint, addresses, held)) {
        if (search.automatic || search.spec.is_choice()) {
            choose(search, taken);
        } else {
            take_explicit(search, taken);
        }
    }
    undo.keep();
    return taken;
}

void PublishedPorts::take_explicit(const Search& search, std::vector<Publish>& taken) {
    const auto publish = search.publish(search.spec.host_ip, search.from, search.spec.ports);
    add(publish, search.addresses);
    taken.push_back(publish); // undone with the others
    if (const auto reason = search.held_in(search.from); !reason.empty()) {
        refuse_port(reason);
    }
}

void PublishedPorts::choose(const Search& search, std::vector<Publish>& taken) {
    for (unsigned first = search.spec.ports.first; first <= search.spec.ports.last;) {
        const auto run = free_run(search, search.spec.ports.last - first + 1);
        const PortRange ports{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(first + run.size() - 1)};
        for (const auto host_ip : search.host_ips) {
            const auto publish = search.publish(host_ip, run, ports);
            add(publish, search.addresses);
            taken.push_back(publish);
            cursor(search, host_ip) =
                run.last == search.from.last ? search.from.first : static_cast<std::uint16_t>(run.last + 1);
        }
        first += run.size();
    }
}

// The first free ports in a row, at most `most`, beginning with the cursor and around.
PortRange PublishedPorts::free_run(const Search& search, unsigned most) {
    const PortRange& from = search.from;
    unsigned port = cursor(search, search.host_ips.front());
    unsigned passed_over = 0;
    std::string reason;
    for (unsigned tries = from.size(); tries > 0 && passed_over < kMostHeld;) {
        const unsigned length = std::min({most, tries, from.last - port + 1U});
        PortRange run{static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port + length - 1)};
        unsigned useless = 1;
        const auto blocked = blocked_in(search, run);
        if (blocked && blocked->first <= port) {
            useless = std::min<unsigned>(blocked->last, from.last) - port + 1;
        } else {
            if (blocked) {
                run.last = static_cast<std::uint16_t>(blocked->first - 1);
            }
            reason = shorten_to_unheld(search, run);
            if (reason.empty()) {
                return run;
            }
            ++passed_over;
        }
        tries -= std::min(tries, useless);
        port = port + useless > from.last ? from.first : port + useless;
    }
    refuse_port(reason.empty() ? "all ports are allocated" : reason);
}

// Why not even the first port of `run` can be had, or empty.
std::string PublishedPorts::shorten_to_unheld(const Search& search, PortRange& run) {
    std::string reason = search.held_in(run);
    while (!reason.empty() && run.size() > 1) {
        run.last = static_cast<std::uint16_t>(run.first + run.size() / 2 - 1);
        reason = search.held_in(run);
    }
    return reason;
}

// The lowest ports of `run` that cannot be had at one of the addresses.
std::optional<PortRange> PublishedPorts::blocked_in(const Search& search, const PortRange& run) const {
    std::optional<PortRange> lowest;
    const auto consider = [&](const PortRange* range) {
        if (range != nullptr && (!lowest || range->first < lowest->first)) {
            lowest = *range;
        }
    };
    for (const auto host_ip : search.host_ips) {
        const auto publish = search.publish(host_ip, run, run);
        consider(taken_in(publish));
        consider(search.addresses.nat_ports_in(publish));
    }
    if (search.automatic) {
        const auto* reserved = choice_.reserved.overlapping(run);
        consider(reserved == nullptr ? nullptr : &reserved->range);
    }
    return lowest;
}

std::uint16_t& PublishedPorts::cursor(const Search& search, Ipv4 host_ip) {
    const CursorKey key{search.spec.protocol, host_ip, search.from.first, search.from.last};
    if (cursors_.size() >= kMostCursors && !cursors_.contains(key)) {
        cursors_.clear(); // without them a freed port is given out again sooner
    }
    return cursors_.emplace(key, search.from.first).first->second;
}

void PublishedPorts::add(const Publish& publish, const HostAddresses& addresses) {
    if (const auto* other = taken_in(publish)) {
        const auto port = std::max(other->first, publish.host_ports.first);
        refuse_port(bind_failed(publish, port) + "port is already allocated");
    }
    if (const auto* nat = addresses.nat_ports_in(publish)) {
        const auto port = std::max(nat->first, publish.host_ports.first);
        refuse_port(
            fmt::format("{}the ports {} are those of masqueraded flows", bind_failed(publish, port), to_string(*nat)));
    }
    taken_[publish.protocol][publish.host_ip].add(publish.host_ports, publish.endpoint);
}

void PublishedPorts::remove(const Publish& publish) {
    auto& by_address = taken_[publish.protocol];
    auto& ranges = by_address[publish.host_ip];
    ranges.remove(publish.host_ports);
    if (ranges.empty()) {
        by_address.erase(publish.host_ip);
    }
}

// The lowest of those that are in the way. 0.0.0.0 is in the way of every address, and every address in its (P-043).
const PortRange* PublishedPorts::taken_in(const Publish& publish) const {
    const auto found = taken_.find(publish.protocol);
    if (found == taken_.end()) {
        return nullptr;
    }
    const PortRange* lowest = nullptr;
    const auto consider = [&](const PortRanges& ranges) {
        const auto* other = ranges.overlapping(publish.host_ports);
        if (other != nullptr && (lowest == nullptr || other->range.first < lowest->first)) {
            lowest = &other->range;
        }
    };
    const auto& by_address = found->second;
    if (publish.host_ip.is_unspecified()) {
        std::ranges::for_each(by_address, [&](const auto& entry) { consider(entry.second); });
        return lowest;
    }
    for (const auto host_ip : {publish.host_ip, Ipv4{}}) {
        if (const auto ranges = by_address.find(host_ip); ranges != by_address.end()) {
            consider(ranges->second);
        }
    }
    return lowest;
}

} // namespace pontoon
