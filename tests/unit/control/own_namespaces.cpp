#include "own_namespaces.hpp"

#include <boost/json/parse.hpp>

#include <sched.h>

#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>

namespace pontoon {

NetNs new_namespace() {
    std::optional<NetNs> made;
    std::thread([&] {
        if (::unshare(CLONE_NEWNET) == 0) {
            made.emplace(NetNs::current());
        }
    }).join();
    if (!made) {
        throw std::runtime_error("cannot make a network namespace");
    }
    return std::move(*made);
}

std::string shell(const NetNs& netns, const std::string& command) {
    std::string output;
    const auto run = "exec 2>&1; " + command;
    const int status = netns.run([&] {
        std::FILE* pipe = ::popen(run.c_str(), "re");
        std::array<char, 4096> part{};
        for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
            output.append(part.data(), size);
        }
        return ::pclose(pipe);
    });
    if (status != 0) {
        throw std::runtime_error(command + ": " + output);
    }
    return output;
}

boost::json::array ip(const NetNs& netns, const std::string& arguments) {
    const auto output = shell(netns, "ip -j -d " + arguments);
    return output.empty() ? boost::json::array{} : boost::json::parse(output).as_array();
}

void in_a_host(const std::function<void(const NetNs& host)>& work) {
    const auto host = new_namespace();
    host.run([&] { work(host); });
}

} // namespace pontoon
