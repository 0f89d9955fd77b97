// Who is called what on which network (docker-behaviours 7.5): what the DNS server answers from. The control thread
// changes it, the DNS thread asks; a change is seen by the next question. Either waits for the other for as long as one
// container's names take.
//
// Names are compared without regard to case: questions come in lower case, labels joined by '.', without a last dot.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/model/state.hpp"

namespace pontoon {

struct NameTable; // names.cpp

class Names {
public:
    // Where a container's questions go that nobody here can answer.
    struct Asker {
        std::string container;      // id
        Place place;                // its namespace, from which `servers` are asked
        Texts servers;              // --dns; empty: the host's
        bool outside = false;       // it is in a network that is not internal
        bool has_options = false;   // its --dns-option takes the place of the host's options
        bool ndots = false;         // and they have ndots
        std::vector<Ipv4> gateways; // where this server itself answers for it
    };

    // `host_gateway`: what host.docker.internal means; without it the gateway of the network that is asked by.
    explicit Names(std::optional<Ipv4> host_gateway = {});
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;
    ~Names();

    // The container as it is now takes the place of what was known of it; one that does not run has no names.
    void put(const State& state, const ContainerRecord& container);
    void erase(const std::string& container_id);

    // Who asks is known by its address. Whoever it is that is not here has no network with names.
    [[nodiscard]] std::optional<Asker> asker(Ipv4 from) const;
    [[nodiscard]] bool knows(Ipv4 from) const;
    // The addresses of `name` for who asks from `from`, in random order; at most kMaxAddresses of them, any ones. None:
    // there is no such name.
    [[nodiscard]] std::vector<Ipv4> find(Ipv4 from, std::string_view name) const;
    // "name.network" of the container that has `address` in a network of who asks, as they were written.
    [[nodiscard]] std::optional<std::string> name_of(Ipv4 from, Ipv4 address) const;

    static constexpr std::size_t kMaxAddresses = 2048; // 32 KiB of answers

private:
    std::unique_ptr<NameTable> table_;
    std::optional<Ipv4> host_gateway_;
};

} // namespace pontoon
