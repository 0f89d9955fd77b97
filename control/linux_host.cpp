#include "control/linux_host.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "control/announce.hpp"
#include "control/process.hpp"
#include "control/undo.hpp"

namespace pontoon {

namespace {

NetNs open_place(const Place& place) {
    return place.path.empty() ? NetNs::of_process(place.pid) : NetNs::open(place.path);
}

// In the calling thread's namespace.
bool has_mac(const std::string& interface, const Mac& mac) {
    const UniqueFd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    return ::ioctl(any.get(), SIOCGIFHWADDR, &request) == 0 &&
           std::memcmp(request.ifr_hwaddr.sa_data, mac.bytes.data(), mac.bytes.size()) == 0;
}

} // namespace

LinuxHost::LinuxHost(const Live::Options& options) : live_(std::make_unique<Live>(options)) {}

NetNs::Id LinuxHost::find(const Place& place) const {
    return open_place(place).id();
}

std::string LinuxHost::free_interface(const Place& place, const std::string& prefix,
                                      const std::set<std::string>& taken) const {
    return free_interface_name(open_place(place), prefix, taken);
}

bool LinuxHost::has_interface(const Place& place, const std::string& name) const {
    return pontoon::has_interface(open_place(place), name);
}

void LinuxHost::bring_up_loopback(const Place& place) {
    pontoon::bring_up_loopback(open_place(place));
}

void LinuxHost::set_default_route(const Place& place, const std::string& interface, Ipv4 gateway) {
    pontoon::set_default_route(open_place(place), interface, gateway);
}

void LinuxHost::remove_default_route(const Place& place, const std::string& interface) {
    pontoon::remove_default_route(open_place(place), interface);
}

std::uint64_t LinuxHost::process_start(pid_t pid) const {
    return pontoon::process_start(pid);
}

void LinuxHost::signal(pid_t pid, std::uint64_t start, int number) {
    signal_process(pid, start, number);
}

void LinuxHost::plug(const Attachment& attachment, const Network& network) {
    const auto& endpoint = attachment.endpoint;
    const NetNs netns = open_place(attachment.place);
    InterfaceSettings settings;
    settings.name = attachment.interface;
    settings.mac = endpoint.mac;
    settings.mtu = network.mtu;
    settings.address = InterfaceAddress4{endpoint.ipv4, network.subnet.length};
    settings.ipv6 = false; // the network has none (M-025)
    settings.default_gateway = attachment.default_gateway;
    settings.sysctls = attachment.sysctls;
    Undo undo;
    if (attachment.kind == AttachKind::veth) {
        plug_veth(attachment, settings, netns);
        undo.later([&] { remove_interface(netns, settings.name); });
        live_->attach(endpoint.name, XskSpec{host_end(endpoint.name)});
    } else {
        UniqueFd tap = open_tap(netns, settings);
        undo.later([&] { remove_interface(netns, settings.name); });
        live_->attach(endpoint.name, TapSpec{tap.release()});
    }
    undo.keep();
    plugged_.insert_or_assign(endpoint.name, open_place(attachment.place));
}

// The pair that a killed daemon left is as good as a new one.
void LinuxHost::plug_veth(const Attachment& attachment, const InterfaceSettings& settings, const NetNs& netns) {
    const std::string end = host_end(attachment.endpoint.name);
    if (pontoon::has_interface(NetNs::current(), end) && pontoon::has_interface(netns, settings.name)) {
        return;
    }
    make_veth(netns, settings, end);
}

// The namespace that the interface was made in may be there without the process that led to it. What somebody else made
// under this name since stays: it has another MAC.
void LinuxHost::unplug(const Attachment& attachment) {
    auto plugged = plugged_.extract(attachment.endpoint.name);
    if (live_) {
        live_->detach(attachment.endpoint.name);
    }
    if (const auto end = host_end(attachment.endpoint.name);
        attachment.kind == AttachKind::veth && pontoon::has_interface(NetNs::current(), end)) {
        remove(NetNs::current(), end); // and its other end with it
        return;
    }
    if (!plugged.empty()) {
        remove(std::move(plugged.mapped()), attachment.interface);
        return;
    }
    struct stat found{};
    if (::stat(attachment.place.file().c_str(), &found) != 0 ||
        NetNs::Id{found.st_dev, found.st_ino} != attachment.place.id) {
        return; // the namespace has gone, and what was in it
    }
    NetNs netns = open_place(attachment.place);
    if (netns.run([&] { return has_mac(attachment.interface, attachment.endpoint.mac); })) {
        remove(std::move(netns), attachment.interface);
    }
}

// A request is answered when the name is free; when the daemon goes, `errands_` waits for all of them together.
void LinuxHost::remove(NetNs netns, const std::string& interface) {
    if (live_) {
        errands_.remove_seen(std::move(netns), interface);
    } else {
        errands_.remove(std::move(netns), interface);
    }
}

void LinuxHost::resume(const Desired& desired) {
    const auto config = to_config(desired);
    if (const auto news = live_->resume(config); !news.empty()) {
        spdlog::info("flows: {}", news);
    }
    published_.apply(difference(published_, config));
    resumed_ = true;
    lead();
}

void LinuxHost::save_flows(bool stays) {
    const auto count = live_->save_flows();
    spdlog::info("flows: {} saved", count);
    if (steer_ && stays) {
        steer_->leave();
    }
}

// Brings packets of the world and of the host's processes to the engine.
void LinuxHost::lead() {
    must_lead_ = true;
    const Config config = published_.published();
    if (access_) {
        access_->follow(config);
    }
    if (steer_) {
        steer_->follow(config);
    }
    must_lead_ = false;
}

void LinuxHost::publish(const Desired& desired, const std::vector<std::string>& changed) {
    follow(desired, changed, nullptr);
}

void LinuxHost::withdraw(const Desired& desired, const std::vector<std::string>& left,
                         const std::vector<std::string>& changed) {
    auto names = changed;
    names.insert(names.end(), left.begin(), left.end());
    follow(desired, names, &left);
}

// What comes is known to the engine before anybody is led to it; nobody is led to what has left (or null) before the
// engine forgets it.
void LinuxHost::follow(const Desired& desired, const std::vector<std::string>& changed,
                       const std::vector<std::string>* left) {
    if (!resumed_) {
        detach(left);
        return;
    }
    unsure_.insert(unsure_.end(), changed.begin(), changed.end());
    const auto change = change_of(published_, desired, unsure_);
    const auto back = published_.apply(change);
    const auto is_publisher = [this](const auto& named) { return !published_.publishes_of(named.first).empty(); };
    const bool leads = must_lead_ || !change.networks.empty() || !change.publishes.empty() || change.surroundings ||
                       std::ranges::any_of(change.endpoints, is_publisher);
    Undo undo;
    if (leads) {
        undo.later([this] { lead(); }); // to what it was, which comes back first
    }
    undo.later([&] { published_.apply(back); });
    if (leads && left != nullptr) {
        lead();
    }
    detach(left);
    live_->change(change);
    undo.later([&] { live_->change(back); });
    if (leads && left == nullptr) {
        lead();
    }
    undo.keep();
    unsure_.clear();
}

void LinuxHost::detach(const std::vector<std::string>* names) {
    if (names != nullptr) {
        std::ranges::for_each(*names, [this](const auto& name) { live_->detach(name); });
    }
}

void LinuxHost::announce(const Attachment& attachment) {
    const auto& endpoint = attachment.endpoint;
    for (unsigned i = 0; i < attachment.announcements.count; ++i) {
        errands_.start_after(i * attachment.announcements.interval,
                             [netns = open_place(attachment.place), interface = attachment.interface,
                              mac = endpoint.mac, address = endpoint.ipv4, again = i != 0] {
                                 if (!again || has_address(netns, interface, mac, address)) {
                                     pontoon::announce(netns, interface, mac, address);
                                 }
                             });
    }
}

std::string LinuxHost::held(const Publish& publish) const {
    return access_ ? access_->held(publish) : std::string();
}

std::vector<std::string> LinuxHost::failed() const {
    return live_->failed();
}

Stats LinuxHost::stats() const {
    return live_->stats();
}

void LinuxHost::share_uplink(const std::string& interface, UplinkMode mode) {
    auto steer = std::make_unique<Steer>(interface, mode);
    if (steer->mode() == UplinkMode::xdp) {
        live_->attach(kUplinkName, NicSpec{interface, steer->xsks_map()});
    } else {
        live_->attach(kUplinkName, TapSpec{steer->take_tap().release()});
    }
    steer_ = std::move(steer);
}

void LinuxHost::give_uplink(const std::string& pci) {
    live_->attach(kUplinkName, EthdevSpec{pci});
}

void LinuxHost::lose_uplink() {
    steer_.reset();
    live_->detach(kUplinkName);
}

void LinuxHost::plug_names(UniqueFd tap) {
    live_->attach(kNamesPort, TapSpec{tap.release()});
}

void LinuxHost::open_access(const std::string& cgroup) {
    access_ = std::make_unique<HostAccess>(cgroup);
}

void LinuxHost::stop() {
    access_.reset();
    steer_.reset(); // from here on the host's kernel has the uplink for itself
    live_.reset();
}

} // namespace pontoon
