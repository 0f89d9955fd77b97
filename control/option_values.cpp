#include "control/option_values.hpp"

#include <fmt/format.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <regex>

namespace pontoon::option {

namespace {

constexpr unsigned kMostCpus = 1024;
constexpr long kCgroup2Magic = 0x63677270;

// Nothing but digits.
bool parse(std::string_view text, unsigned& number) {
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    return error == std::errc{} && end == last;
}

const std::regex& pci() {
    static const std::regex expression("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
    return expression;
}

} // namespace

void refuse(std::string_view name, std::string_view value, const std::string& reason) {
    throw BadOption(fmt::format("--{} {}: {}", name, value.empty() ? "\"\"" : value, reason));
}

unsigned number(std::string_view name, const std::string& value, unsigned least, unsigned most) {
    unsigned read = 0;
    if (!parse(value, read) || read < least || read > most) {
        refuse(name, value, fmt::format("must be a number from {} to {}", least, most));
    }
    return read;
}

std::filesystem::path path(std::string_view name, const std::string& value) {
    if (value.empty()) {
        refuse(name, value, "must not be empty");
    }
    return value;
}

std::filesystem::path socket_path(const std::string& value) {
    if (value.size() > 107) {
        refuse("socket", value, "longer than the 107 bytes that a socket's path can have");
    }
    return path("socket", value);
}

std::vector<unsigned> cpus_of(const std::string& value) {
    std::vector<unsigned> cpus;
    for (std::size_t begin = 0; begin <= value.size();) {
        const std::size_t end = std::min(value.find(',', begin), value.size());
        const auto part = std::string_view(value).substr(begin, end - begin);
        const auto dash = part.find('-');
        unsigned first = 0;
        unsigned last = 0;
        const bool read = parse(part.substr(0, dash), first) &&
                          parse(dash == std::string_view::npos ? part : part.substr(dash + 1), last);
        if (!read || last < first || last >= kMostCpus) {
            refuse("cpus", value, "must be numbers and ranges of processors, such as 2,4-5");
        }
        for (unsigned cpu = first; cpu <= last; ++cpu) {
            if (std::ranges::find(cpus, cpu) != cpus.end()) {
                refuse("cpus", value, fmt::format("names {} twice", cpu));
            }
            cpus.push_back(cpu);
        }
        begin = end + 1;
    }
    return cpus;
}

UplinkKind uplink_kind_of(const std::string& value) {
    if (value == "none") {
        return UplinkKind::none;
    }
    if (std::regex_match(value, pci())) {
        return UplinkKind::pci;
    }
    // What the kernel takes for a name (dev_valid_name).
    const bool odd = std::ranges::any_of(
        value, [](unsigned char c) { return c == '/' || c == ':' || std::isspace(c) != 0 || std::iscntrl(c) != 0; });
    if (value.empty() || value.size() > 15 || odd || value == "." || value == "..") {
        refuse("uplink", value, "is neither the name of an interface nor a PCI address nor none");
    }
    return UplinkKind::interface;
}

std::string full_pci(const std::string& value) {
    std::string full = value.size() < 12 ? "0000:" + value : value;
    std::ranges::transform(full, full.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return full;
}

std::string log_level(const std::string& value) {
    return one_of<std::string>("log", value,
                               {{"trace", "trace"},
                                {"debug", "debug"},
                                {"info", "info"},
                                {"warning", "warning"},
                                {"warn", "warning"},
                                {"error", "error"},
                                {"critical", "critical"},
                                {"off", "off"}});
}

std::string cgroup_directory(const std::string& value) {
    struct statfs found{};
    if (::statfs(value.c_str(), &found) != 0) {
        refuse("host-cgroup", value, "cannot be opened");
    }
    if (found.f_type != kCgroup2Magic) {
        refuse("host-cgroup", value, "is no directory of a cgroup2 file system");
    }
    return value;
}

} // namespace pontoon::option
