// The daemon: starts everything in order, follows the kernel and requests, and takes away what it made.
//
// All of it is one thread; the engine's workers are behind `Live`. Changes go one way: the desired state is changed,
// becomes a Config, and the host makes it true.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "control/attachments.hpp"
#include "control/bridges.hpp"
#include "control/desired.hpp"
#include "control/dns/name_service.hpp"
#include "control/dns/names.hpp"
#include "control/host_routes.hpp"
#include "control/http_server.hpp"
#include "control/interface_watch.hpp"
#include "control/ipam/ipam.hpp"
#include "control/linux_host.hpp"
#include "control/model/containers.hpp"
#include "control/model/events.hpp"
#include "control/model/networks.hpp"
#include "control/model/state.hpp"
#include "control/options.hpp"
#include "control/process_watch.hpp"
#include "control/state_lock.hpp"
#include "control/store.hpp"
#include "control/unix_socket.hpp"

namespace pontoon {

class Daemon {
public:
    // Throws std::runtime_error, and then has taken away what it made.
    explicit Daemon(const DaemonOptions& options);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon(); // takes everything away but what the store remembers

    // Until SIGTERM or SIGINT.
    void run();

private:
    void start();
    void start_uplink();
    void start_networks();
    void start_containers();
    void start_server();
    void save_flows() noexcept;
    void take_away() noexcept;

    boost::asio::awaitable<void> follow_kernel();
    boost::asio::awaitable<void> look_after_ports();
    boost::asio::awaitable<void> wait_for_signal();
    void follow(const InterfaceState& state);
    void change_uplink(const std::optional<Uplink>& uplink, const std::vector<Ipv4>& host_addresses);
    void lose_uplink(const std::string& why);
    void look_after(const std::string& port);

    DaemonOptions options_;
    Desired desired_;
    StateLock lock_;
    Store store_;
    UnixSocket socket_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_, SIGTERM, SIGINT}; // those that come while it starts wait
    InterfaceWatch watch_;
    LinuxHost host_;
    Names names_{options_.files.host_gateway};
    std::optional<NameService> name_service_;
    bool resumed_ = false;           // flows may pass
    bool leaves_interfaces_ = false; // to the next daemon
    bool uplink_ = false;            // shared with the host, and there
    State state_;
    Ipam ipam_;
    Events events_;
    Bridges bridges_{desired_, store_, host_};
    HostRoutes host_routes_{[this](const std::string& interface) { return bridges_.is_ours(interface); }};
    Networks networks_{
        state_, ipam_, store_, bridges_, events_, [this] { return host_routes_.reserved(); }, options_.network_options};
    std::unique_ptr<Attachments> attachments_;
    std::unique_ptr<Containers> containers_;
    std::unique_ptr<ProcessWatch> process_watch_;
    HttpRoutes routes_;
    std::unique_ptr<HttpServer> server_;
};

} // namespace pontoon
