#include "control/daemon.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "control/cgroup.hpp"
#include "control/doctor.hpp"
#include "control/http_api.hpp"
#include "control/notify.hpp"
#include "control/undo.hpp"
#include "control/uplink_state.hpp"

namespace pontoon {

namespace {

// What NAT ports are chosen by: the same for each daemon of this state, so that a flow that one has forgotten gets the
// same port from the next.
std::uint64_t nat_secret_of(Store& store) {
    constexpr const char* name = "nat_secret";
    if (const auto text = store.value(name)) {
        std::uint64_t secret = 0;
        const auto* const last = text->data() + text->size();
        if (const auto [end, error] = std::from_chars(text->data(), last, secret, 16);
            error == std::errc{} && end == last) {
            return secret;
        }
    }
    std::random_device random;
    const std::uint64_t secret = std::uint64_t{random()} << 32 | random();
    store.put_value(name, fmt::format("{:016x}", secret));
    return secret;
}

Live::Options live_options(const DaemonOptions& options, Store& store) {
    Live::Options live = options.live;
    live.nat_secret = nat_secret_of(store);
    live.flows_file = options.state / "flows";
    return live;
}

} // namespace

Daemon::Daemon(const DaemonOptions& options)
    : options_(options), desired_(load_desired(options.topology, options.uplink_kind == UplinkKind::pci)),
      lock_(options.state), store_(options.state), socket_(options.socket),
      watch_(options.uplink_kind == UplinkKind::interface ? options.uplink : std::string()),
      host_(live_options(options, store_)) {
    try {
        start();
    } catch (...) {
        take_away();
        throw;
    }
}

Daemon::~Daemon() {
    take_away();
}

void Daemon::start() {
    start_uplink();
    host_.open_access(options_.host_cgroup.value_or(cgroup2_mount()));
    start_networks();
    name_service_.emplace(names_);
    host_.plug_names(name_service_->take_tap());
    if (watch_.read()) { // our own interfaces are news to it
        desired_.host_addresses = watch_.state().host_addresses;
        desired_.uplink = uplink_ ? uplink_of(watch_.state()) : desired_.uplink;
    }
    attachments_ =
        std::make_unique<LegacyAttachments>(desired_, store_, host_, options_.attach, free_choice_of_machine());
    attachments_->restore();
    host_.resume(to_config(desired_));
    resumed_ = true;
    add_pontoon_routes(routes_, *attachments_, desired_, host_);
    add_doctor_route(routes_, options_, desired_);
    server_ = std::make_unique<HttpServer>(io_, socket_.take(),
                                           [this](HttpRequest request) { return routes_.answer(std::move(request)); });
}

// Also without an uplink the host's addresses are followed: containers reach the host there.
void Daemon::start_uplink() {
    const bool shared = options_.uplink_kind == UplinkKind::interface;
    const auto& state = watch_.state();
    desired_.host_addresses = state.host_addresses;
    if (options_.uplink_kind == UplinkKind::pci) {
        check_apart(*desired_.uplink, desired_.networks);
        host_.give_uplink(options_.uplink);
    }
    if (!shared) {
        return;
    }
    desired_.uplink = uplink_of(state);
    if (desired_.uplink) {
        check_apart(*desired_.uplink, desired_.networks);
    } else {
        spdlog::warn("the uplink {} has no IPv4 address yet", options_.uplink);
    }
    host_.share_uplink(options_.uplink, options_.uplink_mode);
    uplink_ = true;
}

void Daemon::start_networks() {
    forget_old_networks();
    for (const auto& network : desired_.networks) {
        const auto name = host_interface(network.name);
        Undo undo;
        store_.put_host_interface(name);
        undo.later([&] { store_.erase_host_interface(name); });
        host_.make_host_interface(name, network, true, true);
        undo.later([&] { host_.remove_host_interface(name); });
        host_.plug_host(name, network);
        undo.keep();
        host_interfaces_.insert(name);
    }
}

// What a killed daemon left of networks that are no longer there.
void Daemon::forget_old_networks() {
    std::set<std::string> wanted;
    for (const auto& network : desired_.networks) {
        wanted.insert(host_interface(network.name));
    }
    for (const auto& name : store_.host_interfaces()) {
        if (!wanted.contains(name)) {
            spdlog::info("{} is removed: its network is no longer there", name);
            host_.remove_host_interface(name);
            store_.erase_host_interface(name);
        }
    }
}

// What a flow was is known to the next daemon, if there is one.
void Daemon::save_flows() noexcept {
    try {
        host_.save_flows(leaves_interfaces_);
    } catch (const std::exception& error) {
        spdlog::error("flows are not saved: {}", error.what());
    }
}

// Traffic ends before interfaces go, so that nothing is lost by halves.
void Daemon::take_away() noexcept {
    try {
        server_.reset();
        if (resumed_) {
            save_flows();
        }
        host_.stop();
        name_service_.reset();
        if (leaves_interfaces_) {
            return;
        }
        if (attachments_) {
            attachments_->unplug_all();
        }
        for (const auto& name : host_interfaces_) {
            host_.remove_host_interface(name);
            store_.erase_host_interface(name);
        }
    } catch (const std::exception& error) {
        spdlog::error("cleaning up: {}", error.what());
    }
    host_interfaces_.clear();
}

} // namespace pontoon
