#include "control/netns.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "own_namespaces.hpp"

namespace pontoon::netns_test {

using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;

TEST_CASE("work is done inside of a namespace, and the thread comes back") {
    const auto other = new_namespace();
    const auto home = NetNs::current().id();
    CHECK_FALSE(other.id() == home);
    CHECK(other.run([] { return NetNs::current().id(); }) == other.id());
    CHECK(NetNs::current().id() == home);
    CHECK_THROWS_AS(other.run([] { throw std::logic_error("work"); }), std::logic_error);
    CHECK(NetNs::current().id() == home);
}

TEST_CASE("a visit may be inside of another") {
    const auto one = new_namespace();
    const auto two = new_namespace();
    one.run([&] {
        CHECK(two.run([] { return NetNs::current().id(); }) == two.id());
        CHECK(NetNs::current().id() == one.id());
    });
}

TEST_CASE("a process's namespace is the one it is in") {
    CHECK(NetNs::of_process(::getpid()).id() == NetNs::current().id());
    CHECK_THROWS_WITH(NetNs::of_process(0x7fffffff),
                      Equals("process 2147483647: cannot open the network namespace: No such file or directory"));
}

TEST_CASE("what is no network namespace is refused by its path") {
    CHECK_THROWS_WITH(NetNs::open("/nonexistent/ns"),
                      Equals("/nonexistent/ns: cannot open the network namespace: No such file or directory"));
    CHECK_THROWS_WITH(NetNs::open("/etc/passwd"), Equals("/etc/passwd: is no network namespace"));
    CHECK_THROWS_WITH(NetNs::open("/proc/self/ns/mnt"), Equals("/proc/self/ns/mnt: is no network namespace"));
    CHECK_THROWS_WITH(NetNs::open("/"), Equals("/: is no network namespace"));
    const std::string pipe = "/tmp/netns_test." + std::to_string(::getpid());
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_THROWS_WITH(NetNs::open(pipe), Equals(pipe + ": is no network namespace")); // and did not wait for a writer
    ::unlink(pipe.c_str());
}

} // namespace pontoon::netns_test
