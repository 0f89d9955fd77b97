// What outlives the daemon, also one that is killed, and files that are not ours.
#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "control/state_lock.hpp"
#include "control/store.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::store_test {

namespace {

Attachment attachment_of(const std::string& name, unsigned number = 2) {
    Attachment attachment;
    attachment.endpoint = {name, "bridge", Ipv4{be32{0xac110000 + number}}, mac_of(Ipv4{be32{number}})};
    attachment.publishes = {{{}, {8080, 8082}, Transport::udp, name, {80, 82}},
                            {*Ipv4::parse("127.0.0.1"), {53, 53}, Transport::tcp, name, {53, 53}}};
    attachment.place = {"/run/netns/" + name, 0, {4, 4026531840}};
    attachment.interface = "eth0";
    return attachment;
}

std::string error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

// Runs `work` in a child that does not end by itself, reads `count` bytes from it, and kills it.
void killed_after(int count, const std::function<void(const std::function<void()>&)>& work) {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        work([&] { (void)!::write(ends[1], "x", 1); });
        ::pause();
    }
    char byte = 0;
    for (int i = 0; i < count; ++i) {
        REQUIRE(::read(ends[0], &byte, 1) == 1);
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    ::close(ends[0]);
    ::close(ends[1]);
}

} // namespace

TEST_CASE("attachments come back as they were") {
    const TempDir dir;
    auto pid = attachment_of("pid", 3);
    pid.place = {"", 4711, {4, 4026531999}};
    pid.kind = AttachKind::veth;
    pid.publishes.clear();
    {
        Store store(dir.path());
        store.put(attachment_of("a"), Store::Stage::coming);
        store.put(attachment_of("a"), Store::Stage::there);
        store.put(pid, Store::Stage::leaving);
        store.put(attachment_of("gone"), Store::Stage::there);
        store.erase("gone");
        store.put_host_interface("docker0");
        store.put_host_interface("br-0");
        store.erase_host_interface("br-0");
    }
    const Store store(dir.path());
    const auto rows = store.rows();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].attachment == attachment_of("a"));
    CHECK(rows[0].stage == Store::Stage::there);
    CHECK(rows[1].attachment == pid);
    CHECK(rows[1].stage == Store::Stage::leaving);
    CHECK(store.host_interfaces() == std::vector<std::string>{"docker0"});
}

TEST_CASE("what was written before a kill is there after it") {
    const TempDir dir;
    constexpr int kCount = 50;
    killed_after(kCount, [&](const auto& tell) {
        Store store(dir.path());
        for (unsigned i = 0;; ++i) { // goes on writing until it is killed
            const auto name = "e" + std::to_string(i);
            store.put(attachment_of(name, i + 2), Store::Stage::coming);
            store.put(attachment_of(name, i + 2), Store::Stage::there);
            tell();
        }
    });
    const Store store(dir.path());
    const auto rows = store.rows();
    REQUIRE(rows.size() >= kCount);
    for (int i = 0; i < kCount; ++i) {
        const auto name = "e" + std::to_string(i);
        const auto found = std::ranges::find(rows, name, [](const auto& row) { return row.attachment.endpoint.name; });
        REQUIRE(found != rows.end());
        CHECK(found->attachment == attachment_of(name, static_cast<unsigned>(i) + 2));
        CHECK(found->stage == Store::Stage::there);
    }
}

TEST_CASE("a file that is not ours is refused by name") {
    const TempDir dir;
    const auto file = (dir / "state.db").string();
    const auto opened = [&] { return error_of([&] { Store store(dir.path()); }); };
    SECTION("garbage") {
        write_file(file, frames::Bytes(8192, 0x5a));
        CHECK(opened() == file + ": file is not a database");
    }
    SECTION("damaged") {
        {
            Store store(dir.path());
            for (unsigned i = 0; i < 500; ++i) {
                store.put(attachment_of("endpoint" + std::to_string(i), i + 2), Store::Stage::coming);
            }
        }
        auto bytes = read_file(file);
        REQUIRE(bytes.size() > 16384);
        std::fill(bytes.begin() + 4096, bytes.begin() + 16384, std::uint8_t{0xff});
        write_file(file, bytes);
        CHECK_THAT(opened(), Catch::StartsWith(file + ": "));
        CHECK(opened() != "none");
    }
    SECTION("newer") {
        {
            Store store(dir.path());
        }
        Database(file).run("PRAGMA user_version=3");
        CHECK(opened() == file + ": written by a newer pontoond (schema 3, this one knows 2)");
    }
    SECTION("somebody else's") {
        Database(file).run("CREATE TABLE mail (text)");
        CHECK(opened() == file + ": not a pontoond's");
    }
    SECTION("an endpoint that makes no sense") {
        {
            Store store(dir.path());
            store.put(attachment_of("a"), Store::Stage::there);
        }
        Database(file).run("UPDATE endpoints SET ipv4 = '1.2.3'");
        CHECK(error_of([&] { (void)Store(dir.path()).rows(); }) ==
              file + ": endpoint a: \"1.2.3\" is not an IPv4 address");
    }
    SECTION("a directory") {
        std::filesystem::create_directory(file);
        CHECK(opened() == file + ": unable to open database file");
    }
}

TEST_CASE("a write that fails leaves everything as it was") {
    const TempDir dir;
    Store store(dir.path());
    store.put(attachment_of("a"), Store::Stage::there);
    Database full(dir / "state.db");
    full.run("BEGIN IMMEDIATE"); // somebody is in the way, as a full disk would be
    CHECK(error_of([&] { store.put(attachment_of("b"), Store::Stage::there); }) ==
          (dir / "state.db").string() + ": database is locked");
    full.run("ROLLBACK");
    REQUIRE(store.rows().size() == 1);
    store.put(attachment_of("b"), Store::Stage::there);
    CHECK(store.rows().size() == 2);
}

TEST_CASE("one daemon has a state directory, and a killed one has it no longer") {
    const TempDir dir;
    const auto state = dir / "deep" / "state";
    {
        const StateLock first(state);
        CHECK(error_of([&] { StateLock second(state); }) == "the state directory " + state.string() +
                                                                " is in use by another pontoond (pid " +
                                                                std::to_string(::getpid()) + ")");
    }
    killed_after(1, [&](const auto& tell) {
        const StateLock lock(state);
        tell();
        ::pause();
    });
    CHECK(error_of([&] { StateLock after(state); }) == "none");
    CHECK_THAT(error_of([&] { StateLock nowhere("/proc/nowhere"); }), Catch::StartsWith("the state directory /proc/"));
}

} // namespace pontoon::store_test
