#include "control/dns/forwarder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace pontoon {

namespace asio = boost::asio;

class Forwarder::Slot {
public:
    Slot(Forwarder& forwarder, std::string container) : forwarder_(forwarder), container_(std::move(container)) {
        ++forwarder_.all_;
        ++forwarder_.of_[container_];
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() {
        --forwarder_.all_;
        if (--forwarder_.of_[container_] == 0) {
            forwarder_.of_.erase(container_);
        }
    }

private:
    Forwarder& forwarder_;
    std::string container_;
};

// Who has no way out is asked for nothing outside (L-072), but its own servers may be on its network. A server that is
// ourselves would ask itself.
std::vector<Upstream> Forwarder::upstreams(const Names::Asker& asker) {
    std::vector<Upstream> result;
    const bool own = !asker.servers.empty();
    if (!own && !asker.outside) {
        return result;
    }
    for (const auto& text : own ? asker.servers : host_.servers()) {
        boost::system::error_code error;
        const auto address = asio::ip::make_address(text, error);
        const auto is_us = [&](Ipv4 gateway) { return gateway.to_string() == text; };
        const bool loop = text == "127.0.0.11" || (own && std::ranges::any_of(asker.gateways, is_us));
        if (!error && !loop && result.size() < limits_.servers) {
            result.push_back(
                {.address = address, .port = limits_.port, .from = own ? std::optional(asker.place) : std::nullopt});
        }
    }
    return result;
}

asio::awaitable<std::optional<DnsBytes>> Forwarder::ask_all(std::vector<Upstream> servers, const DnsBytes& query,
                                                            std::size_t question_end, bool stream) {
    for (const auto& server : servers) {
        std::optional<DnsBytes> reply;
        try {
            reply = co_await exchange(server, query, question_end, stream, limits_.patience);
        } catch (const std::exception& error) {
            spdlog::debug("name server {}: {}", server.address.to_string(), error.what());
        }
        if (reply && code_of(*reply) != DnsCode::server_failure && code_of(*reply) != DnsCode::refused) {
            co_return reply;
        }
    }
    co_return std::nullopt;
}

asio::awaitable<DnsBytes> Forwarder::ask(Ipv4 from, DnsBytes query, DnsQuestion question, bool stream) {
    const auto asker = names_.asker(from);
    if (!asker) {
        co_return answer_code(question, DnsCode::refused);
    }
    const auto busy = of_.find(asker->container);
    if (all_ >= limits_.all || (busy != of_.end() && busy->second >= limits_.container)) {
        co_return answer_code(question, DnsCode::refused);
    }
    const Slot slot(*this, asker->container);
    auto servers = upstreams(*asker);
    auto reply = co_await ask_all(std::move(servers), query, question.end, stream);
    if (!reply) {
        co_return answer_code(question, DnsCode::server_failure);
    }
    co_return std::move(*reply);
}

} // namespace pontoon
