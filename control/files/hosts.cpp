#include "control/files/hosts.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "control/refused.hpp"

namespace pontoon {
namespace {

constexpr std::string_view kLocalhost = "127.0.0.1\tlocalhost\n";
constexpr std::string_view kIpv6 = "::1\tlocalhost ip6-localhost ip6-loopback\n"
                                   "fe00::\tip6-localnet\n"
                                   "ff00::\tip6-mcastprefix\n"
                                   "ff02::1\tip6-allnodes\n"
                                   "ff02::2\tip6-allrouters\n";

// Go's %q, as far as it matters: nobody's text makes a line of its own.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += std::iscntrl(static_cast<unsigned char>(c)) != 0 ? '?' : c;
    }
    return result + '"';
}

bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return c > ' ' && c != '#' && c != 127; });
}

// Without the brackets that people write around IPv6.
std::string bare(const std::string& address) {
    const bool brackets = address.size() > 2 && address.starts_with('[') && address.ends_with(']');
    return brackets ? address.substr(1, address.size() - 2) : address;
}

// The first two names of a line: a link's alias and hostname, which do not change with the target's name.
std::string_view first_two(std::string_view names) {
    const auto first = names.find(' ');
    return first == std::string_view::npos ? names : names.substr(0, names.find(' ', first + 1));
}

// A line's names, without the end of the line.
std::string_view names_in(std::string_view line) {
    const auto tab = line.find('\t');
    auto names = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
    if (names.ends_with('\n')) {
        names.remove_suffix(1);
    }
    return names;
}

// `text` with `by` in place of each line that has the first two of `names`, and whether there was one.
std::pair<std::string, bool> replaced(const std::string& text, const std::string& names, const std::string& by) {
    std::string result;
    bool found = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        const auto line = text.substr(at, (end == std::string::npos ? text.size() : end + 1) - at);
        const bool same = first_two(names_in(line)) == first_two(names);
        result += same ? by : line;
        found |= same;
        at += line.size();
    }
    return {std::move(result), found};
}

} // namespace

std::string hosts_text(bool ipv6, const std::vector<HostLine>& lines) {
    std::string text(kLocalhost);
    if (ipv6) {
        text += kIpv6;
    }
    for (const auto& line : lines) {
        text += line.text();
    }
    return text;
}

HostLine extra_host(const std::string& text, const std::optional<Ipv4>& host_gateway) {
    const auto colon = text.find(':');
    if (colon == std::string::npos || !is_name(std::string_view(text).substr(0, colon))) {
        throw Refused(Refused::Why::bad, "bad format for add-host: " + quoted(text));
    }
    const auto name = text.substr(0, colon);
    const auto address = text.substr(colon + 1);
    if (address == "host-gateway") {
        if (!host_gateway) {
            throw Refused(Refused::Why::impossible, "unable to derive the IP value for host-gateway");
        }
        return {host_gateway->to_string(), name};
    }
    if (const auto plain = bare(address); Ipv4::parse(plain) || Ipv6::parse(plain)) {
        return {plain, name};
    }
    throw Refused(Refused::Why::bad, "invalid IP address in add-host: " + quoted(address));
}

std::string own_names(const std::string& hostname, const std::string& domainname) {
    const auto full = domainname.empty() ? hostname : hostname + '.' + domainname;
    const auto dot = full.find('.');
    return dot == std::string::npos ? full : full + ' ' + full.substr(0, dot);
}

std::string link_names(const std::string& alias, const std::string& hostname, const std::string& name) {
    return alias + ' ' + hostname + (alias == name ? "" : ' ' + name);
}

std::string with_line(std::string text, const HostLine& line) {
    if (!text.empty() && text.back() != '\n') {
        text += '\n';
    }
    return text + line.text();
}

std::string without_line(std::string text, const HostLine& line) {
    const auto wanted = line.text();
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        const auto length = (end == std::string::npos ? text.size() : end + 1) - at;
        if (text.compare(at, length, wanted) == 0) {
            return text.erase(at, length);
        }
        at += length;
    }
    return text;
}

std::string without_names(const std::string& text, const std::string& names) {
    return replaced(text, names, "").first;
}

std::string with_address(const std::string& text, const HostLine& line) {
    auto [result, found] = replaced(text, line.names, line.text());
    return found ? result : with_line(std::move(result), line);
}

} // namespace pontoon
