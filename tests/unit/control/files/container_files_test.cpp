#include "control/files/container_files.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "control/files/small_file.hpp"
#include "control/refused.hpp"
#include "tests/unit/control/dns/a_state.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::container_files_test {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using names_test::AState;
using names_test::ip;

struct World : AState {
    World() {
        network("bridge", "172.17.0.0/16", "172.17.0.1");
        network("front", "172.18.0.0/16", "172.18.0.1");
        network("back", "172.19.0.0/16", "172.19.0.1");
        settings.host_hosts = folder / "hosts";
        settings.host_resolv_conf = folder / "resolv.conf";
        write_in_place(settings.host_hosts, "127.0.0.1 the-host\n");
        write_in_place(settings.host_resolv_conf, "nameserver 192.0.2.53\n# the host's\n");
    }
    ContainerFiles write(const ContainerRecord& container) {
        const auto files = files_of(folder.path(), container.id);
        write_files(files, *this, container, settings);
        return files;
    }

    TempDir folder;
    FileSettings settings;
};

std::string text(const std::filesystem::path& file) {
    return read_small_file(file).value();
}

ino_t inode(const std::filesystem::path& file) {
    struct stat about{};
    REQUIRE(::stat(file.c_str(), &about) == 0);
    return about.st_ino;
}

} // namespace

TEST_CASE("container files: of a user's network") {
    World world;
    auto& one = world.container("one", {{"front", "172.18.0.2"}, {"back", "172.19.0.2"}});
    one.hostname = "web";
    one.extra_hosts = {"db:10.0.0.5", "up:host-gateway"};
    const auto files = world.write(one);
    CHECK(files.folder == world.folder.path() / "containers" / one.id);
    CHECK(text(files.hostname) == "web\n");
    CHECK_THAT(text(files.hosts), EndsWith("10.0.0.5\tdb\n172.17.0.1\tup\n172.18.0.2\tweb\n172.19.0.2\tweb\n"));
    CHECK_THAT(text(files.resolv_conf), Contains("nameserver 172.19.0.1\noptions ndots:0\n")); // back is before front
    CHECK_THAT(text(files.resolv_conf), Contains("# ExtServers: [192.0.2.53]\n"));
    remove_files(files);
    CHECK_FALSE(std::filesystem::exists(files.folder));
}

TEST_CASE("container files: of the default network, with the host's names and links") {
    World world;
    auto& target = world.container("alpine1", {{"bridge", "172.17.0.3"}});
    auto& one = world.container("one", {{"bridge", "172.17.0.2"}});
    one.links = {{target.id, "a1"}, {std::string(64, '0'), "gone"}};
    auto files = world.write(one);
    const auto own = "172.17.0.2\t" + short_id(one.id) + "\n";
    const auto link = [&](const std::string& address) {
        return address + "\ta1 " + short_id(target.id) + " alpine1\n";
    };
    CHECK(text(files.hostname) == short_id(one.id) + "\n");
    CHECK_THAT(text(files.hosts), EndsWith("172.17.0.1\thost.docker.internal\n172.17.0.1\tgateway.docker.internal\n" +
                                           link("172.17.0.3") + own));
    CHECK_THAT(text(files.resolv_conf), Contains("nameserver 192.0.2.53\n"));
    target.endpoints[0].ipv4 = ip("172.17.0.9");
    renew_link_lines(files, world, one);
    CHECK_THAT(text(files.hosts), EndsWith(link("172.17.0.9") + own));
    one.extra_hosts = {"host.docker.internal:10.9.9.9"};
    files = world.write(one);
    CHECK_THAT(text(files.hosts), !Contains("172.17.0.1\thost.docker.internal"));
    CHECK_THAT(text(files.hosts), Contains("10.9.9.9\thost.docker.internal\n172.17.0.1\tgateway.docker.internal\n"));
}

TEST_CASE("container files: the host's, and none") {
    World world;
    auto& one = world.container("one", {});
    one.network_mode = "host";
    auto files = world.write(one);
    CHECK(text(files.hosts) == "127.0.0.1 the-host\n");
    CHECK(text(files.resolv_conf) == "nameserver 192.0.2.53\n# the host's\n");
    one.extra_hosts = {"db:10.0.0.5"};
    files = world.write(one);
    CHECK_THAT(text(files.hosts), EndsWith("10.0.0.5\tdb\n"));
    CHECK_THAT(text(files.hosts), Contains("127.0.0.1\tlocalhost\n"));
    one.network_mode = "container:" + std::string(64, '1');
    remove_files(files);
    world.write(one);
    CHECK(std::filesystem::is_empty(files.folder)); // but there, for its log
}

TEST_CASE("container files: written in place, and what the user changed stays") {
    World world;
    auto& one = world.container("one", {{"bridge", "172.17.0.2"}});
    one.hostname = "web";
    const auto files = world.write(one);
    const auto hosts = inode(files.hosts);
    const auto resolv_conf = inode(files.resolv_conf);
    write_in_place(files.hosts, text(files.hosts) + "10.0.0.9\tmine\n");

    auto connected = one;
    connected.endpoints.push_back(world.container("x", {{"front", "172.18.0.2"}}).endpoints[0]);
    add_to_files(files, world, connected, connected.endpoints[1], world.settings);
    CHECK_THAT(text(files.hosts), EndsWith("172.17.0.2\tweb\n10.0.0.9\tmine\n172.18.0.2\tweb\n"));
    CHECK_THAT(text(files.resolv_conf), Contains("nameserver 172.18.0.1\n"));

    remove_from_files(files, world, one, connected.endpoints[1], world.settings);
    CHECK_THAT(text(files.hosts), EndsWith("172.17.0.2\tweb\n10.0.0.9\tmine\n"));
    CHECK_THAT(text(files.resolv_conf), Contains("nameserver 192.0.2.53\n"));

    write_in_place(files.resolv_conf, "nameserver 9.9.9.9\n");
    add_to_files(files, world, connected, connected.endpoints[1], world.settings);
    CHECK(text(files.resolv_conf) == "nameserver 9.9.9.9\n");
    world.write(connected);
    CHECK(text(files.resolv_conf) == "nameserver 9.9.9.9\n");
    CHECK(inode(files.hosts) == hosts);
    CHECK(inode(files.resolv_conf) == resolv_conf);
}

TEST_CASE("container files: nobody's words make lines of their own, and nothing is written then") {
    World world;
    const auto refused = [&](auto change) {
        auto container = world.container("one", {{"front", "172.18.0.2"}});
        change(container);
        const auto files = files_of(world.folder.path(), container.id);
        CHECK_THROWS_AS(write_files(files, world, container, world.settings), Refused);
        CHECK_FALSE(std::filesystem::exists(files.hosts));
    };
    refused([](ContainerRecord& c) { c.hostname = "a\nb"; });
    refused([](ContainerRecord& c) { c.dns = {"1.1.1.1\nsearch evil"}; });
    refused([](ContainerRecord& c) { c.dns_search = {"a b"}; });
    refused([](ContainerRecord& c) { c.dns_options = {""}; });
    refused([](ContainerRecord& c) { c.extra_hosts = {"db"}; });
}

} // namespace pontoon::container_files_test
