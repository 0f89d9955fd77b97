#include <algorithm>
#include <array>
#include <variant>

#include "control/topology_parts.hpp"

namespace pontoon {

namespace {

constexpr std::int64_t kLongestTimeout = 2147483; // seconds, so that milliseconds fit into 31 bits

struct Setting {
    std::string_view key;
    std::variant<bool Conntrack::*, std::uint32_t Conntrack::*> member;
    std::int64_t least = 1;
    std::int64_t most = kLongestTimeout;
};

constexpr auto kSettings = std::to_array<Setting>({
    {"max", &Conntrack::max, 1, kMaxFlows},
    {"max_per_endpoint", &Conntrack::max_per_endpoint, 0, kMaxFlows},
    {"tcp_loose", &Conntrack::tcp_loose},
    {"tcp_be_liberal", &Conntrack::tcp_be_liberal},
    {"tcp_timeout_syn_sent", &Conntrack::tcp_timeout_syn_sent},
    {"tcp_timeout_syn_recv", &Conntrack::tcp_timeout_syn_recv},
    {"tcp_timeout_established", &Conntrack::tcp_timeout_established},
    {"tcp_timeout_fin_wait", &Conntrack::tcp_timeout_fin_wait},
    {"tcp_timeout_close_wait", &Conntrack::tcp_timeout_close_wait},
    {"tcp_timeout_last_ack", &Conntrack::tcp_timeout_last_ack},
    {"tcp_timeout_time_wait", &Conntrack::tcp_timeout_time_wait},
    {"tcp_timeout_close", &Conntrack::tcp_timeout_close},
    {"tcp_timeout_max_retrans", &Conntrack::tcp_timeout_max_retrans},
    {"tcp_timeout_unacknowledged", &Conntrack::tcp_timeout_unacknowledged},
    {"udp_timeout", &Conntrack::udp_timeout},
    {"udp_timeout_stream", &Conntrack::udp_timeout_stream},
    {"icmp_timeout", &Conntrack::icmp_timeout},
    {"sctp_timeout", &Conntrack::sctp_timeout},
    {"sctp_timeout_established", &Conntrack::sctp_timeout_established},
    {"generic_timeout", &Conntrack::generic_timeout},
});
static_assert(sizeof(Conntrack) == (kSettings.size() - 1) * sizeof(std::uint32_t), "each member has its key");

constexpr auto kKeys = [] {
    std::array<std::string_view, kSettings.size()> keys;
    std::ranges::transform(kSettings, keys.begin(), &Setting::key);
    return keys;
}();

} // namespace

Conntrack read_conntrack(const boost::json::value& value) {
    const ObjectReader from(value, "conntrack", kKeys);
    Conntrack conntrack;
    for (const auto& setting : kSettings) {
        if (const auto* flag = std::get_if<bool Conntrack::*>(&setting.member)) {
            conntrack.*(*flag) = from.boolean(setting.key, conntrack.*(*flag));
        } else {
            auto& number = conntrack.*std::get<std::uint32_t Conntrack::*>(setting.member);
            number = static_cast<std::uint32_t>(from.integer(setting.key, number, setting.least, setting.most));
        }
    }
    return conntrack;
}

} // namespace pontoon
