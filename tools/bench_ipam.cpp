// What a new network and a new endpoint cost when there are few of them and when there are many: no kernel, no disk.
//
// `bench_ipam [NETWORKS [ENDPOINTS]]`. Each figure is the median over groups of a hundred.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "control/ipam/ipam.hpp"

namespace {

using namespace pontoon;
using Clock = std::chrono::steady_clock;

constexpr unsigned kGroup = 100;

// Nanoseconds for one, in each group of a hundred.
std::vector<double> timed(unsigned count, const std::function<void(unsigned)>& work) {
    std::vector<double> groups;
    for (unsigned i = 0; i + kGroup <= count; i += kGroup) {
        const auto begin = Clock::now();
        for (unsigned j = 0; j < kGroup; ++j) {
            work(i + j);
        }
        const std::chrono::duration<double, std::nano> took = Clock::now() - begin;
        groups.push_back(took.count() / kGroup);
    }
    return groups;
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

void print(const char* what, unsigned count, const std::vector<double>& groups) {
    const auto tenth = static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, groups.size() / 10));
    const double first = median({groups.begin(), groups.begin() + tenth});
    const double last = median({groups.end() - tenth, groups.end()});
    fmt::print("{:<32} {:>7} {:>9.0f} {:>9.0f} {:>6.2f}\n", what, count, first, last, last / first);
}

unsigned number(const char* text) {
    const int value = std::atoi(text); // NOLINT(cert-err34-c): 0 is refused
    if (value < static_cast<int>(kGroup) || value > 65'000) {
        fmt::print(stderr, "usage: bench_ipam [NETWORKS [ENDPOINTS]], each {} to 65000\n", kGroup);
        std::exit(2);
    }
    return static_cast<unsigned>(value);
}

NetworkRecord network_of(unsigned i) {
    NetworkRecord network;
    network.id = fmt::format("{:064x}", i * 2654435761ULL);
    return network;
}

void networks(unsigned count) {
    Ipam ipam({{*Prefix4::parse("10.0.0.0/8"), 24}});
    const auto add = [&](unsigned i) { (void)ipam.add_network(network_of(i), "br", true, {}); };
    const auto remove = [&](unsigned i) { ipam.remove_network(network_of(i).id); };
    print("networks, one after the other", count, timed(count, add));
    for (unsigned i = 0; i < count; i += 2) {
        remove(i);
    }
    print("networks, into gaps", count / 2, timed(count / 2, [&](unsigned i) { add(i * 2); }));
    print("one goes and one comes", count, timed(count, [&](unsigned i) {
              remove(i * 7919 % count);
              add(i * 7919 % count);
          }));
}

void endpoints(unsigned count) {
    Ipam ipam;
    auto network = network_of(1);
    network.subnet = ipam.add_network(network, "br", true, {}).subnet;
    std::vector<Ipv4> taken;
    const auto take = [&](unsigned) { taken.push_back(ipam.take_address(network, {})); };
    print("endpoints, one after the other", count, timed(count, take));
    for (unsigned i = 0; i < count; i += 2) {
        ipam.give_back(network.id, taken[i]);
    }
    print("endpoints, into gaps", count / 2, timed(count / 2, take));
}

} // namespace

int main(int argc, char** argv) {
    const unsigned network_count = argc > 1 ? number(argv[1]) : 10'000;
    const unsigned endpoint_count = argc > 2 ? number(argv[2]) : 65'000;
    fmt::print("{:<32} {:>7} {:>9} {:>9} {:>6}\n", "ns for one", "of", "first", "last", "ratio");
    networks(network_count);
    endpoints(endpoint_count);
}
