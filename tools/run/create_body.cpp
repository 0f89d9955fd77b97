#include "tools/run/create_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tools/cli/network_body.hpp"
#include "tools/run/network_flag.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

json::array texts(const std::vector<std::string>& all) {
    json::array result;
    for (const auto& one : all) {
        result.emplace_back(one);
    }
    return result;
}

// NAME alone: what we have ourselves under that name.
void add_variable(std::vector<std::string>& all, const std::string& text) {
    if (text.contains('=')) {
        all.push_back(text);
    } else if (const char* const value = std::getenv(text.c_str())) {
        all.push_back(text + "=" + value);
    }
}

void read_env_file(const std::string& file, std::vector<std::string>& all) {
    std::ifstream stream(file);
    if (!stream.is_open()) {
        throw std::runtime_error(fmt::format("open {}: no such file or directory", file));
    }
    for (std::string line; std::getline(stream, line);) {
        line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        if (line.empty() || line[0] == '#') {
            continue;
        }
        const auto name = line.substr(0, line.find('='));
        if (name.empty() || name.find_first_of(" \t") != std::string::npos) {
            throw std::runtime_error(fmt::format("invalid env file ({}): {}", file,
                                                 name.empty()
                                                     ? fmt::format("no variable name on line '{}'", line)
                                                     : fmt::format("variable '{}' contains whitespaces", name)));
        }
        add_variable(all, line);
    }
}

unsigned port_of(const std::string& text, const std::string& all) {
    unsigned port = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() || port > 65535) {
        throw std::runtime_error(fmt::format(
            "invalid range format for --expose: {}, error: strconv.ParseUint: parsing \"{}\": invalid syntax", all,
            text));
    }
    return port;
}

json::object host_config(const Arguments& arguments, const std::string& mode) {
    json::object host{{"NetworkMode", mode},
                      {"AutoRemove", arguments.is("rm")},
                      {"PublishAllPorts", arguments.is("publish-all")},
                      {"PortBindings", json::object{}},
                      {"Publish", texts(arguments.all("publish"))},
                      {"ExtraHosts", texts(arguments.all("add-host"))},
                      {"Dns", texts(arguments.all("dns"))},
                      {"DnsSearch", texts(arguments.all("dns-search"))},
                      {"DnsOptions", texts(arguments.all("dns-option"))}};
    host["Links"] = arguments.has("link") && !is_user_network(mode) ? json::value(texts(arguments.all("link")))
                                                                    : json::value(nullptr);
    return host;
}

} // namespace

std::vector<std::string> environment_of(const Arguments& arguments) {
    std::vector<std::string> all;
    for (const auto& file : arguments.all("env-file")) {
        read_env_file(file, all);
    }
    for (const auto& text : arguments.all("env")) {
        add_variable(all, text);
    }
    return all;
}

std::vector<std::string> exposed_ports(const std::string& text) {
    const auto slash = text.find('/');
    auto protocol = slash == std::string::npos ? std::string("tcp") : text.substr(slash + 1);
    std::ranges::transform(protocol, protocol.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    const auto ports = text.substr(0, slash);
    const auto dash = ports.find('-');
    const auto first = port_of(ports.substr(0, dash), text);
    const auto last = dash == std::string::npos ? first : port_of(ports.substr(dash + 1), text);
    if (last < first) {
        throw std::runtime_error(fmt::format(
            "invalid range format for --expose: {}, error: invalid range specified for port: {}", text, ports));
    }
    std::vector<std::string> all;
    for (auto port = first; port <= last; ++port) {
        all.push_back(fmt::format("{}/{}", port, protocol));
    }
    return all;
}

json::object create_body(const Arguments& arguments) {
    const auto networks = network_choices(arguments);
    json::object endpoints;
    for (const auto& network : networks) {
        if (!network.settings.empty() || networks.size() > 1) {
            endpoints[network.name] = network.settings;
        }
    }
    json::object exposed;
    for (const auto& text : arguments.all("expose")) {
        for (const auto& port : exposed_ports(text)) {
            exposed[port] = json::object{};
        }
    }
    return {{"Hostname", arguments.text("hostname")},
            {"Domainname", arguments.text("domainname")},
            {"Image", ""},
            {"Cmd", texts(arguments.words)},
            {"Env", texts(environment_of(arguments))},
            {"WorkingDir", arguments.text("workdir")},
            {"Tty", arguments.is("tty")},
            {"OpenStdin", arguments.is("interactive")},
            {"ExposedPorts", exposed},
            {"Labels", pairs_object(arguments.all("label"))},
            {"HostConfig", host_config(arguments, networks.front().name)},
            {"NetworkingConfig", json::object{{"EndpointsConfig", endpoints}}}};
}

} // namespace pontoon
