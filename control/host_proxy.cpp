#include "control/host_proxy.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <future>
#include <stdexcept>
#include <thread>

#include "control/proxy_endpoint.hpp"
#include "control/proxy_listener.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace pontoon {
namespace {

struct Listening {
    ProxyTarget target;
    std::shared_ptr<ProxyListener> listener;
};

using Listeners = std::map<ProxyPort, Listening>;

Listening listen(boost::asio::io_context& context, const ProxyPort& port, const ProxyTarget& target) {
    try {
        const auto make = port.protocol == Transport::tcp ? listen_tcp : listen_udp;
        return {target, make(context, port, target)};
    } catch (const boost::system::system_error& error) {
        const auto where = endpoint_of<boost::asio::ip::tcp::endpoint>(port);
        throw std::runtime_error("cannot listen at " + where.address().to_string() + " port " +
                                 std::to_string(port.port) + "/" + protocol_name(port.protocol) + ": " +
                                 error.code().message());
    }
}

} // namespace

struct HostProxy::Parts {
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> always{context.get_executor()};
    Listeners listeners{}; // changed on the thread, while the caller waits
    std::thread thread{[this] { context.run(); }};

    // On the thread; returns when it is done and throws what it threw.
    template <typename Work>
    void run(Work work) {
        std::packaged_task<void()> task(std::move(work));
        auto done = task.get_future();
        boost::asio::post(context, [&task] { task(); });
        done.get();
    }

    // What is already there for the same target is kept, what is replaced ends first.
    void change(const ProxyPorts& ports);
};

void HostProxy::Parts::change(const ProxyPorts& ports) {
    const auto ended = [&](const auto& entry) {
        const auto wanted = ports.find(entry.first);
        return wanted == ports.end() || wanted->second != entry.second.target;
    };
    std::vector<std::pair<ProxyPort, ProxyTarget>> old;
    std::erase_if(listeners, [&](const auto& entry) {
        if (!ended(entry)) {
            return false;
        }
        entry.second.listener->stop();
        old.emplace_back(entry.first, entry.second.target);
        return true;
    });
    std::vector<ProxyPort> made;
    try {
        for (const auto& [port, target] : ports) {
            if (!listeners.contains(port)) {
                listeners.emplace(port, listen(context, port, target));
                made.push_back(port);
            }
        }
    } catch (const std::runtime_error&) {
        for (const auto& port : made) {
            listeners.extract(port).mapped().listener->stop();
        }
        for (const auto& [port, target] : old) {
            listeners.emplace(port, listen(context, port, target));
        }
        throw;
    }
}

HostProxy::HostProxy() : parts_(std::make_unique<Parts>()) {}

HostProxy::~HostProxy() {
    parts_->run([this] {
        for (const auto& [port, listening] : parts_->listeners) {
            listening.listener->stop();
        }
        parts_->listeners.clear();
    });
    parts_->always.reset();
    parts_->thread.join(); // when the last connection has heard that it has ended
}

void HostProxy::follow(const ProxyPorts& ports) {
    parts_->run([&] { parts_->change(ports); });
}

bool HostProxy::holds(const ProxyPort& port) const {
    return parts_->listeners.contains(port);
}

} // namespace pontoon
