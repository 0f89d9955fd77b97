// What is ours, in the plainest way: asks the configuration itself and copies every header out of the frame. The eBPF
// programs are held against it.
#pragma once

#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "dataplane/config.hpp"
#include "dataplane/wire/headers.hpp"
#include "tests/ebpf/steer_programs.hpp"

namespace pontoon::test {

// A connected socket of the host.
struct HostConnection {
    std::uint8_t protocol = 0;
    Ipv4 local;
    Ipv4 remote;
    std::uint16_t local_port = 0;
    std::uint16_t remote_port = 0;

    friend bool operator==(const HostConnection&, const HostConnection&) = default;
};

class SteerReference {
public:
    SteerReference(Config config, std::vector<HostConnection> host)
        : config_(std::move(config)), host_(std::move(host)) {}

    // As tc has it; where this says both, XDP leaves it to the kernel.
    [[nodiscard]] Whose classify(const Bytes& frame);

private:
    // Of a packet, from the payload on; no byte behind its total length.
    [[nodiscard]] bool by_payload(const Ipv4Header& ip, const Bytes& payload) const;
    [[nodiscard]] bool by_quote(Ipv4 address, const Bytes& quote) const;
    [[nodiscard]] bool is_ours(Ipv4 address, std::uint8_t protocol, be16 port) const;
    // The same for TCP, UDP and SCTP, where the host's connections are heard first.
    [[nodiscard]] bool is_ours(std::uint8_t protocol, Ipv4 local, be16 local_port, Ipv4 remote, be16 remote_port) const;
    [[nodiscard]] bool is_nat_port(be16 port) const;
    [[nodiscard]] bool is_address(Ipv4 address) const;
    [[nodiscard]] bool publishes(const Publish& publish) const;

    Config config_;
    std::vector<HostConnection> host_;
    std::map<std::tuple<Ipv4, Ipv4, be16, std::uint8_t>, bool> pieces_;
};

} // namespace pontoon::test
