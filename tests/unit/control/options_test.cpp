// pontoond's command line: defaults, the file that gives way to it, and one clear line for each bad value.
#include <catch2/catch.hpp>

#include <sstream>

#include "control/cgroup.hpp"
#include "control/options.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::options_test {

namespace {

std::optional<DaemonOptions> parse(const std::vector<std::string>& words, std::ostream& out) {
    std::vector<const char*> args{"pontoond"};
    for (const auto& word : words) {
        args.push_back(word.c_str());
    }
    return parse_daemon_options(args, out);
}

DaemonOptions parsed(const std::vector<std::string>& words) {
    std::ostringstream out;
    const auto options = parse(words, out);
    REQUIRE(options);
    return *options;
}

std::string error_of(const std::vector<std::string>& words) {
    std::ostringstream out;
    try {
        (void)parse(words, out);
    } catch (const BadOption& bad) {
        return bad.what();
    }
    return "none";
}

void write_text(const std::filesystem::path& file, const std::string& text) {
    write_file(file, frames::Bytes(text.begin(), text.end()));
}

} // namespace

TEST_CASE("without options the daemon is a switch without a way out") {
    const auto options = parsed({});
    CHECK(options.socket == "/run/pontoon/pontoon.sock");
    CHECK(options.state == "/var/lib/pontoon");
    CHECK(options.uplink_kind == UplinkKind::none);
    CHECK(options.uplink_mode == UplinkMode::automatic);
    CHECK(options.attach == AttachKind::tap);
    CHECK(options.live.workers == 1);
    CHECK(options.live.cpus.empty());
    CHECK(options.live.poll == Poll::adaptive);
    CHECK(options.live.hugepages == Live::Options::Hugepages::automatic);
    CHECK(options.live.pci.empty());
    CHECK_FALSE(options.topology);
    CHECK_FALSE(options.host_cgroup);
    CHECK(options.log == "info");
    CHECK(options.default_pools.empty());
    CHECK_FALSE(options.bridge.bip);
    CHECK_FALSE(options.bridge.fixed_cidr);
    CHECK(options.bridge.mtu == 1500);
    CHECK(options.bridge.icc);
    CHECK(options.bridge.host_binding.is_unspecified());
}

TEST_CASE("options about networks") {
    const auto options = parsed({"--default-address-pool", "base=175.33.0.0/16,size=24", "--default-address-pool",
                                 "base=175.30.0.0/16,size=16", "--bip", "192.168.1.1/24", "--fixed-cidr",
                                 "192.168.1.128/25", "--mtu", "1400", "--icc", "false", "--ip", "127.0.0.1"});
    REQUIRE(options.default_pools.size() == 2);
    CHECK(options.default_pools[0].base.to_string() == "175.30.0.0/16");
    CHECK(options.default_pools[1].size == 24);
    CHECK(options.bridge.bip->address.to_string() == "192.168.1.1");
    CHECK(options.bridge.fixed_cidr->to_string() == "192.168.1.128/25");
    CHECK(options.bridge.mtu == 1400);
    CHECK_FALSE(options.bridge.icc);
    CHECK(options.bridge.host_binding.to_string() == "127.0.0.1");
    CHECK(error_of({"--bip", "192.168.1.0/24"}) ==
          "--bip 192.168.1.0/24: is the address of a subnet, not of a gateway in it");
    CHECK(error_of({"--bip", "192.168.1.1/24", "--fixed-cidr", "192.168.2.0/24"}) ==
          "--fixed-cidr 192.168.2.0/24: is not in the subnet of --bip");
    CHECK(error_of({"--icc", "maybe"}) == "--icc maybe: must be true or false");
    CHECK(error_of({"--mtu", "67"}) == "--mtu 67: must be a number from 68 to 65535");
    CHECK(error_of({"--default-address-pool", "size=24"}) != "none");
    CHECK_FALSE(parsed({"--ip-masq", "false"}).bridge.masquerade);
    CHECK(error_of({"--ip-masq", "no"}) == "--ip-masq no: must be true or false");
}

TEST_CASE("options that networks have which do not say it themselves") {
    const std::string mtu = "com.docker.network.driver.mtu";
    const auto options = parsed({"--default-network-opt", "bridge=" + mtu + "=1234", "--default-network-opt",
                                 "bridge=" + mtu + "=1400", "--default-network-opt", "bridge=site=a=b"});
    CHECK(options.network_options == TextMap{{mtu, "1400"}, {"site", "a=b"}});
    const auto refused = [](const std::string& text) { return error_of({"--default-network-opt", text}); };
    for (const std::string text : {"bridge=x", "bridge==y", "overlay=x=y", "x=y"}) {
        CHECK(refused(text) == "--default-network-opt " + text + ": must be bridge=NAME=VALUE");
    }
    const std::string wrong = "bridge=" + mtu + "=60";
    CHECK(refused(wrong) == "--default-network-opt " + wrong + ": invalid MTU number: 60");
    const std::string ipv6 = "bridge=com.docker.network.enable_ipv6=true";
    CHECK(refused(ipv6) == "--default-network-opt " + ipv6 + ": pontoon has no IPv6 yet");
}

TEST_CASE("options about the files of containers") {
    const auto options = parsed({"--dns", "10.0.0.53", "--dns", "2001:db8::53", "--dns-search", "example.com",
                                 "--dns-opt", "ndots:2", "--host-gateway-ip", "192.0.2.1"});
    CHECK(options.files.dns == Texts{"10.0.0.53", "2001:db8::53"});
    CHECK(options.files.dns_search == Texts{"example.com"});
    CHECK(options.files.dns_options == Texts{"ndots:2"});
    CHECK(options.files.host_gateway->to_string() == "192.0.2.1");
    CHECK(error_of({"--dns", "here"}) == "--dns here: must be an IPv4 or IPv6 address");
    CHECK(error_of({"--dns-search", "a b"}) == "--dns-search a b: must be one word");
    CHECK(error_of({"--dns-opt", ""}) == "--dns-opt \"\": must be one word");
    CHECK(error_of({"--host-gateway-ip", "1.2.3"}).starts_with("--host-gateway-ip 1.2.3: "));
}

TEST_CASE("every option says what it is told") {
    const auto options =
        parsed({"--socket",      "s",    "--state",     "d",    "--topology", "t",    "--uplink",      "eth0.5",
                "--uplink-mode", "xdp",  "--attach",    "veth", "--workers",  "3",    "--cpus",        "0,2-3",
                "--poll",        "busy", "--hugepages", "off",  "--log",      "warn", "--host-cgroup", "none"});
    CHECK(options.socket == "s");
    CHECK(options.state == "d");
    CHECK(options.topology == "t");
    CHECK(options.uplink == "eth0.5");
    CHECK(options.uplink_kind == UplinkKind::interface);
    CHECK(options.uplink_mode == UplinkMode::xdp);
    CHECK(options.attach == AttachKind::veth);
    CHECK(options.live.workers == 3);
    CHECK(options.live.cpus == std::vector<unsigned>{0, 2, 3});
    CHECK(options.live.poll == Poll::busy);
    CHECK(options.live.hugepages == Live::Options::Hugepages::off);
    CHECK(options.log == "warning");
    CHECK(options.host_cgroup == "");
}

TEST_CASE("an uplink is an interface, a PCI address or none") {
    CHECK(parsed({"--uplink", "none"}).uplink.empty());
    for (const auto* text : {"0000:3b:00.0", "3B:00.0"}) {
        const auto options = parsed({"--uplink", text});
        CHECK(options.uplink_kind == UplinkKind::pci);
        CHECK(options.uplink == "0000:3b:00.0");
        CHECK(options.live.pci == std::vector<std::string>{"0000:3b:00.0"});
    }
    CHECK(parsed({"--uplink", "3b"}).uplink_kind == UplinkKind::interface);
}

TEST_CASE("a bad value is refused with its option and the reason") {
    const std::string uplink = ": is neither the name of an interface nor a PCI address nor none";
    const std::string cpus = ": must be numbers and ranges of processors, such as 2,4-5";
    const std::pair<std::vector<std::string>, std::string> wrong[] = {
        {{"--workers", "0"}, "--workers 0: must be a number from 1 to 64"},
        {{"--workers", "65"}, "--workers 65: must be a number from 1 to 64"},
        {{"--workers", "two"}, "--workers two: must be a number from 1 to 64"},
        {{"--workers="}, "the argument for option '--workers' should follow immediately after the equal sign"},
        {{"--workers"}, "the required argument for option '--workers' is missing"},
        {{"--cpus", "0-"}, "--cpus 0-" + cpus},
        {{"--cpus", "2-1"}, "--cpus 2-1" + cpus},
        {{"--cpus", "9999"}, "--cpus 9999" + cpus},
        {{"--cpus", "1,,2"}, "--cpus 1,,2" + cpus},
        {{"--cpus", "1,1"}, "--cpus 1,1: names 1 twice"},
        {{"--cpus", "1,2"}, "--cpus 1,2: names 2 processors for 1 workers"},
        {{"--poll", "lazy"}, "--poll lazy: must be one of adaptive, busy"},
        {{"--hugepages", "some"}, "--hugepages some: must be one of auto, on, off"},
        {{"--attach", "glue"}, "--attach glue: must be one of tap, veth"},
        {{"--uplink-mode", "fast"}, "--uplink-mode fast: must be one of auto, xdp, tap"},
        {{"--uplink", "0000:zz:00.0"}, "--uplink 0000:zz:00.0" + uplink},
        {{"--uplink", "an-interface-too-long"}, "--uplink an-interface-too-long" + uplink},
        {{"--uplink", "a/b"}, "--uplink a/b" + uplink},
        {{"--uplink", ""}, "--uplink \"\"" + uplink},
        {{"--log", "shout"}, "--log shout: must be one of trace, debug, info, warning, warn, error, critical, off"},
        {{"--state", ""}, "--state \"\": must not be empty"},
        {{"--host-cgroup", "/nowhere"}, "--host-cgroup /nowhere: cannot be opened"},
        {{"--host-cgroup", "/proc"}, "--host-cgroup /proc: is no directory of a cgroup2 file system"},
        {{"--config", "/nowhere"}, "--config /nowhere: cannot be read"},
        {{"--config", "/"}, "--config /: cannot be read"},
        {{"--nonsense", "1"}, "unrecognised option '--nonsense'"},
        {{"--sock", "1"}, "unrecognised option '--sock'"},
        {{"--log", "off", "--log", "info"}, "option '--log' cannot be specified more than once"},
        {{"stray"}, "there is no option stray"},
    };
    for (const auto& [words, error] : wrong) {
        CHECK(error_of(words) == error);
    }
    CHECK_THAT(error_of({"--socket", std::string(108, 's')}), Catch::EndsWith("longer than the 107 bytes that a "
                                                                              "socket's path can have"));
}

TEST_CASE("a file has the same names, and the command line wins") {
    const TempDir dir;
    const auto file = (dir / "pontoond.conf").string();
    write_text(file, "# the switch\nuplink = eth0\nworkers = 2\nlog = debug\n");
    const auto options = parsed({"--config", file, "--workers", "1"});
    CHECK(options.uplink == "eth0");
    CHECK(options.live.workers == 1);
    CHECK(options.log == "debug");
    write_text(file, "workers = none\n");
    CHECK(error_of({"--config", file}) == "--workers none: must be a number from 1 to 64");
    write_text(file, "speed = 9\n");
    CHECK(error_of({"--config", file}) == "--config " + file + ": unrecognised option 'speed'");
    write_text(file, "workers\n");
    CHECK_THAT(error_of({"--config", file}), Catch::StartsWith("--config " + file + ": "));
}

TEST_CASE("help and version are printed, and nothing is started") {
    std::ostringstream help;
    CHECK_FALSE(parse({"--help"}, help));
    for (const auto* name : {"--config", "--topology", "--socket", "--state", "--uplink", "--uplink-mode", "--attach",
                             "--workers", "--cpus", "--poll", "--hugepages", "--log", "--host-cgroup"}) {
        CHECK_THAT(help.str(), Catch::Contains(name));
    }
    std::ostringstream version;
    CHECK_FALSE(parse({"--version"}, version));
    CHECK(version.str() == std::string("pontoond ") + PONTOON_VERSION + "\n");
}

TEST_CASE("the machine's cgroup2 mount is found") {
    const auto mount = [](const std::string& lines) {
        std::istringstream stream(lines);
        return cgroup2_mount(stream);
    };
    CHECK(mount("24 1 0:22 / /proc rw - proc proc rw\n"
                "35 28 0:30 / /sys/fs/cgroup/uni\\040fied rw,nosuid shared:9 - cgroup2 cgroup2 rw\n") ==
          "/sys/fs/cgroup/uni fied");
    CHECK(mount("35 28 0:30 /below /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").empty());
    CHECK(mount("36 28 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n").empty());
    CHECK(mount("").empty());
}

} // namespace pontoon::options_test
