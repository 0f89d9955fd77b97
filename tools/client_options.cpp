#include "tools/client_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <stdexcept>

#include "tools/command_line.hpp"

namespace pontoon {

namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

std::string default_socket() {
    const char* const socket = std::getenv("PONTOON_SOCKET");
    return socket == nullptr || *socket == '\0' ? "/run/pontoon/pontoon.sock" : socket;
}

boost::json::object attach_request(const po::variables_map& values) {
    if (!values.contains("name") || values.contains("netns") == values.contains("pid")) {
        throw std::runtime_error("needs --name NAME, and --netns PATH or --pid PID");
    }
    boost::json::object request{{"name", values["name"].as<std::string>()},
                                {"network", values["network"].as<std::string>()}};
    if (values.contains("netns")) {
        request["netns"] = netns_path(values["netns"].as<std::string>());
    } else {
        request["pid"] = values["pid"].as<int>();
    }
    for (const auto& [option, key] : {std::pair{"ip", "ipv4"}, {"mac", "mac"}, {"attach", "attach"}}) {
        if (values.contains(option)) {
            request[key] = values[option].as<std::string>();
        }
    }
    if (values.contains("publish")) {
        const auto& specs = values["publish"].as<Texts>();
        request["publish"] = boost::json::array(specs.begin(), specs.end());
    }
    return request;
}

// What could not be one part of a path is nobody's name.
Texts names_to_detach(const Texts& words) {
    if (words.empty()) {
        throw std::runtime_error("needs the NAME of an endpoint");
    }
    for (const auto& word : words) {
        const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; };
        if (word.empty() || !std::ranges::all_of(word, fits)) {
            throw std::runtime_error(fmt::format("\"{}\" is not a name", word));
        }
    }
    return words;
}

} // namespace

po::options_description client_option_table(const std::string& verb) {
    po::options_description options("options");
    auto add = options.add_options();
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    add("socket", text("PATH"), "the daemon's socket (default: $PONTOON_SOCKET or /run/pontoon/pontoon.sock)");
    if (verb == "attach") {
        add("network", text("NET")->default_value("bridge"), "the network");
        add("name", text("NAME"), "the endpoint's name");
        add("netns", text("PATH"), "the container's network namespace; a name without a slash is in /run/netns");
        add("pid", po::value<int>()->value_name("PID"), "or a process in it");
        add("ip", text("ADDRESS"), "its address (default: the lowest free one)");
        add("mac", text("MAC"), "its MAC address (default: 02:42 and the address)");
        add("publish,p", po::value<Texts>()->composing()->value_name("SPEC"),
            "publish ports: [HOST_IP:][HOST_PORTS:]PORTS[/tcp|udp|sctp]; repeat it for more");
        add("attach", text("tap|veth"), "what it gets (default: what the daemon was told)");
    }
    if (verb == "attach" || verb == "ls") {
        add("json", "print JSON");
    }
    add("help", "print this");
    return options;
}

std::string netns_path(const std::string& text) {
    if (!text.empty() && !text.contains('/')) {
        return "/run/netns/" + text;
    }
    return text.empty() ? text : std::filesystem::absolute(text).lexically_normal().string();
}

std::optional<ClientOptions> parse_client_options(std::span<char*> args, std::ostream& out) {
    const std::string verb = args[0];
    const auto visible = client_option_table(verb);
    const auto values = parse_command_line(args, visible, "words");
    if (values.contains("help")) {
        out << "usage: pontoon " << verb << (verb == "detach" ? " NAME..." : "") << " [options]\n\n" << visible;
        return std::nullopt;
    }
    const auto words = values.contains("words") ? values["words"].as<Texts>() : Texts{};
    ClientOptions options;
    options.socket = values.contains("socket") ? values["socket"].as<std::string>() : default_socket();
    options.json = values.contains("json");
    if (verb == "detach") {
        options.names = names_to_detach(words);
    } else if (!words.empty()) {
        throw std::runtime_error(fmt::format("\"{}\" is too much", words.front()));
    }
    if (verb == "attach") {
        options.attach = attach_request(values);
    }
    return options;
}

} // namespace pontoon
