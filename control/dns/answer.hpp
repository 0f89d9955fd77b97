// What a question is answered with by ourselves (docker-behaviours 7.5). Pure but for asking Names.
#pragma once

#include "control/dns/message.hpp"
#include "control/dns/names.hpp"

namespace pontoon {

struct DnsDecision {
    enum class What {
        ignore,
        reply,
        forward, // ask others
    };

    What what = What::ignore;
    DnsBytes reply{};
    DnsQuestion question{};
};

// `stream`: by TCP. `host_ndots`: the host's resolv.conf has the option ndots.
[[nodiscard]] DnsDecision decide(const Names& names, Ipv4 from, DnsView message, bool stream, bool host_ndots);

} // namespace pontoon
