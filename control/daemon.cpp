#include "control/daemon.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <random>

#include "control/cgroup.hpp"
#include "control/compile.hpp"
#include "control/docker/connect_routes.hpp"
#include "control/docker/container_routes.hpp"
#include "control/docker/event_routes.hpp"
#include "control/docker/network_routes.hpp"
#include "control/docker/system_routes.hpp"
#include "control/doctor.hpp"
#include "control/http_api.hpp"
#include "control/notify.hpp"
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

std::string engine_id(Store& store) {
    constexpr const char* kName = "engine_id";
    auto id = store.value(kName);
    if (!id) {
        id = new_id();
        store.put_value(kName, *id);
    }
    return *id;
}

} // namespace

Daemon::Daemon(const DaemonOptions& options)
    : options_(options), desired_(load_desired(options.topology, options.uplink_kind == UplinkKind::pci)),
      lock_(options.state), store_(options.state), socket_(options.socket),
      watch_(options.uplink_kind == UplinkKind::interface ? options.uplink : std::string()),
      host_(live_options(options, store_)),
      ipam_(options.default_pools.empty() ? docker_default_pools() : options.default_pools) {
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
    const auto& files = options_.files;
    name_service_.emplace(names_, NameServer::Settings{.host = {.servers = files.dns, .options = files.dns_options}});
    host_.plug_names(name_service_->take_tap());
    start_containers();
    host_.resume(desired_);
    resumed_ = true;
    start_server();
}

// Also without an uplink the host's addresses are followed: containers reach the host there.
void Daemon::start_uplink() {
    const bool shared = options_.uplink_kind == UplinkKind::interface;
    const auto& state = watch_.state();
    desired_.host_addresses = state.host_addresses;
    if (options_.uplink_kind == UplinkKind::pci) {
        host_.give_uplink(options_.uplink);
    }
    if (!shared) {
        return;
    }
    desired_.uplink = uplink_of(state);
    if (!desired_.uplink) {
        spdlog::warn("the uplink {} has no IPv4 address yet", options_.uplink);
    }
    host_.share_uplink(options_.uplink, options_.uplink_mode);
    uplink_ = true;
}

// Our own interfaces are no news to the one who watches the host's addresses, but for docker0: that is where
// host-gateway leads, from other networks also while nobody is attached to its own.
void Daemon::start_networks() {
    std::vector<NetworkRecord> file;
    std::ranges::transform(desired_.networks, std::back_inserter(file), record_of);
    desired_.networks.clear();
    networks_.restore(file, options_.bridge);
    const auto docker0 = host_interface(*state_.networks.by_name(kDefaultNetwork));
    watch_.leave_out(
        [this, docker0](const std::string& interface) { return bridges_.is_ours(interface) && interface != docker0; });
    desired_.host_addresses = watch_.state().host_addresses;
}

void Daemon::start_containers() {
    ContainerSettings settings;
    settings.directory = options_.state;
    settings.kind = options_.attach;
    settings.files = options_.files;
    settings.choice = free_choice_of_machine();
    attachments_ = std::make_unique<Attachments>(desired_, store_, host_);
    containers_ = std::make_unique<Containers>(state_, ipam_, *attachments_, bridges_, names_, events_, settings);
    containers_->restore();
    process_watch_ = std::make_unique<ProcessWatch>(io_, *containers_, events_);
    process_watch_->watch_all();
}

void Daemon::start_server() {
    add_pontoon_routes(routes_, *containers_, host_);
    add_system_routes(routes_, state_, {engine_id(store_), options_.state});
    add_event_routes(routes_, events_);
    add_network_routes(routes_, networks_, state_, events_);
    add_connect_routes(routes_, *containers_);
    add_container_routes(routes_, *containers_, events_);
    add_doctor_route(routes_, options_, desired_);
    add_missing_routes(routes_);
    server_ = std::make_unique<HttpServer>(io_, socket_.take(),
                                           [this](HttpRequest request) { return routes_.answer(std::move(request)); });
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
        bridges_.remove_all();
    } catch (const std::exception& error) {
        spdlog::error("cleaning up: {}", error.what());
    }
}

} // namespace pontoon
