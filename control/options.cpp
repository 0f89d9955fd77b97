#include "control/options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <fstream>
#include <ostream>

#include "control/option_values.hpp"

namespace pontoon {

namespace {

namespace po = boost::program_options;

po::options_description settings() {
    po::options_description options("options");
    auto add = options.add_options();
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    const auto texts = [](const char* name) {
        return po::value<std::vector<std::string>>()->composing()->value_name(name);
    };
    const auto preset = [&](const char* name, const char* value) { return text(name)->default_value(value); };
    add("topology", text("FILE"), "networks, as JSON; the network bridge is always there");
    add("socket", preset("PATH", "/run/pontoon/pontoon.sock"), "where requests come in");
    add("state", preset("DIR", "/var/lib/pontoon"), "what outlives the daemon");
    add("uplink", preset("IF|PCI|none", "none"), "the way out: an interface of the host, or a NIC for DPDK");
    add("uplink-mode", preset("auto|xdp|tap", "auto"), "how an interface of the host is shared");
    add("attach", preset("tap|veth", "tap"), "what containers get");
    add("workers", preset("N", "1"), "threads that move packets");
    add("cpus", text("LIST"), "their processors, such as 2,4-5: one for each");
    add("poll", preset("adaptive|busy", "adaptive"), "adaptive sleeps when there is nothing to do");
    add("hugepages", preset("auto|on|off", "auto"), "memory for packets");
    add("host-cgroup", text("PATH|none"),
        "the cgroup2 directory whose processes reach published ports; none: by a proxy (default: the machine's root)");
    add("keep-interfaces", po::bool_switch(),
        "SIGTERM leaves interfaces and what leads to them, so that connections go on when the daemon is started again");
    add("default-address-pool", texts("POOL"),
        "base=PREFIX,size=BITS: where networks get their subnets from; may be told several times");
    add("bip", text("ADDRESS/BITS"), "the gateway of the network bridge, and its subnet");
    add("fixed-cidr", text("PREFIX"), "what containers of the network bridge get their addresses from");
    add("mtu", preset("N", "1500"), "of the network bridge");
    add("icc", preset("true|false", "true"), "whether containers of the network bridge reach each other");
    add("ip-masq", preset("true|false", "true"), "whether containers of the network bridge are masqueraded");
    add("ip", preset("ADDRESS", "0.0.0.0"), "where ports of the network bridge are published without an address");
    add("default-network-opt", texts("bridge=NAME=VALUE"), "an option of networks that do not have it themselves");
    add("dns", texts("ADDRESS"), "a name server, instead of the host's; may be told several times, as the next two");
    add("dns-search", texts("DOMAIN"), "a search domain, instead of the host's");
    add("dns-opt", texts("OPTION"), "an option of resolv.conf, instead of the host's");
    add("host-gateway-ip", text("ADDRESS"),
        "what host-gateway of --add-host means (default: the gateway of the network bridge)");
    add("log", preset("LEVEL", "info"), "trace, debug, info, warning, error, critical or off");
    return options;
}

po::variables_map read_all(std::span<const char* const> args, const po::options_description& visible) {
    po::options_description all;
    all.add(visible).add_options()("stray", po::value<std::vector<std::string>>());
    po::positional_options_description stray;
    stray.add("stray", -1);
    po::variables_map values;
    po::store(po::command_line_parser(static_cast<int>(args.size()), args.data())
                  .options(all)
                  .positional(stray)
                  .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
                  .run(),
              values);
    if (values.contains("stray")) {
        throw BadOption("there is no option " + values["stray"].as<std::vector<std::string>>().front());
    }
    return values;
}

// What is stored first wins, a default gives way.
void read_file(const std::string& file, po::variables_map& values) {
    std::ifstream stream(file);
    stream.peek();
    if (!stream.is_open() || stream.bad()) {
        throw BadOption(fmt::format("--config {}: cannot be read", file));
    }
    try {
        po::store(po::parse_config_file(stream, settings()), values);
    } catch (const po::error& error) {
        throw BadOption(fmt::format("--config {}: {}", file, error.what()));
    }
}

void take_uplink(const po::variables_map& values, DaemonOptions& options) {
    const auto text = values["uplink"].as<std::string>();
    options.uplink_kind = option::uplink_kind_of(text);
    options.uplink = options.uplink_kind == UplinkKind::pci ? option::full_pci(text) : text;
    if (options.uplink_kind == UplinkKind::none) {
        options.uplink.clear();
    }
    if (options.uplink_kind == UplinkKind::pci) {
        options.live.pci.push_back(options.uplink);
    }
    const auto mode = values["uplink-mode"].as<std::string>();
    options.uplink_mode = option::one_of<UplinkMode>(
        "uplink-mode", mode, {{"auto", UplinkMode::automatic}, {"xdp", UplinkMode::xdp}, {"tap", UplinkMode::tap}});
}

void take_engine(const po::variables_map& values, DaemonOptions& options) {
    using Pages = Live::Options::Hugepages;
    options.live.workers = option::number("workers", values["workers"].as<std::string>(), 1, 64);
    if (values.contains("cpus")) {
        const auto text = values["cpus"].as<std::string>();
        options.live.cpus = option::cpus_of(text);
        if (options.live.cpus.size() != options.live.workers) {
            throw BadOption(fmt::format("--cpus {}: names {} processors for {} workers", text, options.live.cpus.size(),
                                        options.live.workers));
        }
    }
    options.live.poll = option::one_of<Poll>("poll", values["poll"].as<std::string>(),
                                             {{"adaptive", Poll::adaptive}, {"busy", Poll::busy}});
    options.live.hugepages =
        option::one_of<Pages>("hugepages", values["hugepages"].as<std::string>(),
                              {{"auto", Pages::automatic}, {"on", Pages::on}, {"off", Pages::off}});
}

DaemonOptions checked(const po::variables_map& values) {
    DaemonOptions options;
    if (values.contains("topology")) {
        options.topology = option::path("topology", values["topology"].as<std::string>());
    }
    options.socket = option::socket_path(values["socket"].as<std::string>());
    options.state = option::path("state", values["state"].as<std::string>());
    take_uplink(values, options);
    take_engine(values, options);
    options.attach = option::one_of<AttachKind>("attach", values["attach"].as<std::string>(),
                                                {{"tap", AttachKind::tap}, {"veth", AttachKind::veth}});
    options.keep_interfaces = values["keep-interfaces"].as<bool>();
    option::take_networks(values, options);
    option::take_files(values, options);
    options.log = option::log_level(values["log"].as<std::string>());
    if (values.contains("host-cgroup")) {
        const auto text = values["host-cgroup"].as<std::string>();
        options.host_cgroup = text == "none" ? std::string() : option::cgroup_directory(text);
    }
    return options;
}

} // namespace

po::options_description daemon_option_table() {
    po::options_description visible = settings();
    visible.add_options()("config", po::value<std::string>()->value_name("FILE"),
                          "options as NAME = VALUE lines; the command line wins");
    visible.add_options()("help", "print this")("version", "print the version");
    return visible;
}

std::optional<DaemonOptions> parse_daemon_options(std::span<const char* const> args, std::ostream& out) {
    const auto visible = daemon_option_table();
    try {
        auto values = read_all(args, visible);
        if (values.contains("help")) {
            out << "usage: pontoond [options]\n\nThe switch of a container host, and its control socket.\n\n"
                << visible;
            return std::nullopt;
        }
        if (values.contains("version")) {
            out << "pontoond " << PONTOON_VERSION << '\n';
            return std::nullopt;
        }
        if (values.contains("config")) {
            read_file(values["config"].as<std::string>(), values);
        }
        return checked(values);
    } catch (const po::error& error) {
        throw BadOption(error.what());
    }
}

} // namespace pontoon
