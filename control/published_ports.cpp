#include "control/published_ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "control/refused.hpp"
#include "control/topology_parts.hpp"
#include "control/undo.hpp"

namespace pontoon {

namespace {

constexpr unsigned kMostHeld = 10; // ports of other processes that are passed over before giving up, as Docker does

[[noreturn]] void refuse(const std::string& message) {
    throw Refused(Refused::Why::conflict, message);
}

std::string allocated(const Publish& publish) {
    return fmt::format("Bind for {}:{} failed: port is already allocated", publish.host_ip.to_string(),
                       to_string(publish.host_ports));
}

void check_host_ip(const Publish& publish, const HostAddresses& addresses) {
    if (!addresses.is_ours(publish.host_ip)) {
        throw Refused(Refused::Why::bad, publish.host_ip.to_string() + " is no address of this host");
    }
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

PublishedPorts::PublishedPorts(const FreeChoice& choice) : choice_(choice), next_(choice.range.first) {}

std::vector<Publish> PublishedPorts::take(const std::vector<PublishSpec>& specs, const std::string& endpoint,
                                          const HostAddresses& addresses, const Held& held) {
    std::vector<Publish> taken;
    Undo undo;
    undo.later([&] { std::ranges::for_each(taken, [this](const Publish& publish) { remove(publish); }); });
    for (const auto& spec : specs) {
        try {
            take_one(spec, endpoint, addresses, held, taken);
        } catch (const Refused& refused) {
            const std::string place = spec.text.empty() ? "" : "-p " + shown(spec.text) + ": ";
            throw Refused(refused.why(), place + refused.what());
        }
    }
    undo.keep();
    return taken;
}

void PublishedPorts::take_one(const PublishSpec& spec, const std::string& endpoint, const HostAddresses& addresses,
                              const Held& held, std::vector<Publish>& taken) {
    Publish publish{spec.host_ip, {}, spec.protocol, endpoint, spec.ports};
    check_host_ip(publish, addresses);
    if (spec.host_ports && !spec.is_choice()) {
        publish.host_ports = *spec.host_ports;
        add(publish, addresses);
        taken.push_back(publish); // undone with the others
        if (const auto reason = held(publish); !reason.empty()) {
            refuse(reason);
        }
        return;
    }
    if (spec.is_choice()) {
        std::uint16_t first = spec.host_ports->first;
        choose(publish, *spec.host_ports, first, addresses, held, taken);
        return;
    }
    for (unsigned i = 0; i < spec.ports.size(); ++i) {
        const auto port = static_cast<std::uint16_t>(spec.ports.first + i);
        publish.ports = {port, port};
        choose(publish, choice_.range, next_, addresses, held, taken);
    }
}

// The first port of `from` that is free, beginning with `next` and around.
void PublishedPorts::choose(Publish publish, const PortRange& from, std::uint16_t& next, const HostAddresses& addresses,
                            const Held& held, std::vector<Publish>& taken) {
    const bool automatic = &next == &next_;
    unsigned passed_over = 0;
    std::string reason;
    for (unsigned tries = from.size(); tries > 0 && passed_over < kMostHeld; --tries) {
        const std::uint16_t port = next;
        next = port == from.last ? from.first : static_cast<std::uint16_t>(port + 1);
        publish.host_ports = {port, port};
        if ((automatic && choice_.reserved.overlapping(publish.host_ports) != nullptr) || is_taken(publish) ||
            addresses.nat_ports_in(publish) != nullptr) {
            continue;
        }
        reason = held(publish);
        if (reason.empty()) {
            add(publish, addresses);
            taken.push_back(publish);
            return;
        }
        ++passed_over;
    }
    refuse(reason.empty() ? "all ports are allocated" : reason);
}

void PublishedPorts::add(const Publish& publish, const HostAddresses& addresses) {
    if (is_taken(publish)) {
        refuse(allocated(publish));
    }
    if (const auto* nat = addresses.nat_ports_in(publish)) {
        refuse(fmt::format("Bind for {}:{} failed: the ports {} are those of masqueraded flows",
                           publish.host_ip.to_string(), to_string(publish.host_ports), to_string(*nat)));
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

// 0.0.0.0 is in the way of every address, and every address in its way (P-043).
bool PublishedPorts::is_taken(const Publish& publish) const {
    const auto found = taken_.find(publish.protocol);
    if (found == taken_.end()) {
        return false;
    }
    return std::ranges::any_of(found->second, [&](const auto& entry) {
        const bool meets =
            entry.first == publish.host_ip || entry.first.is_unspecified() || publish.host_ip.is_unspecified();
        return meets && entry.second.overlapping(publish.host_ports) != nullptr;
    });
}

} // namespace pontoon
