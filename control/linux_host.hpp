// The machine: the engine, the interfaces we make, the uplink shared with the host, and processes of the host.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "control/errands.hpp"
#include "control/host.hpp"
#include "control/host_access.hpp"
#include "control/interface.hpp"
#include "control/steer.hpp"
#include "dataplane/live.hpp"

namespace pontoon {

class LinuxHost : public Host {
public:
    // Throws std::runtime_error.
    explicit LinuxHost(const Live::Options& options);

    [[nodiscard]] NetNs::Id find(const Place& place) const override;
    [[nodiscard]] std::string free_interface(const Place& place, const std::string& prefix,
                                             const std::set<std::string>& taken) const override;
    [[nodiscard]] bool has_interface(const Place& place, const std::string& name) const override;
    void bring_up_loopback(const Place& place) override;
    void set_default_route(const Place& place, const std::string& interface, Ipv4 gateway) override;
    void remove_default_route(const Place& place, const std::string& interface) override;
    [[nodiscard]] std::uint64_t process_start(pid_t pid) const override;
    void signal(pid_t pid, std::uint64_t start, int number) override;
    void plug(const Attachment& attachment, const Network& network) override;
    void unplug(const Attachment& attachment) override;
    void make_host_interface(const std::string& interface, const Network& network, bool with_address,
                             bool take_over) override;
    void remove_host_interface(const std::string& interface) override;
    void plug_host(const std::string& interface, const Network& network) override;
    void publish(const Desired& desired, const std::vector<std::string>& changed) override;
    void withdraw(const Desired& desired, const std::vector<std::string>& left,
                  const std::vector<std::string>& changed) override;
    void announce(const Attachment& attachment) override;
    [[nodiscard]] std::string held(const Publish& publish) const override;
    [[nodiscard]] std::vector<std::string> failed() const override;
    [[nodiscard]] Stats stats() const override;

    // The way out: an interface that the host keeps, or a device given to DPDK.
    void share_uplink(const std::string& interface, UplinkMode mode);
    void give_uplink(const std::string& pci);
    // The next `publish` ends its use.
    void lose_uplink();
    // Where questions for names go: a TAP device.
    void plug_names(UniqueFd tap);
    // Processes of the host reach published ports by programs on `cgroup`, or a proxy if that is empty.
    void open_access(const std::string& cgroup);

    // Begins: `desired` holds, and flows that were saved go on (Live::resume).
    void resume(const Desired& desired);
    // Stops the workers and saves the flows. What is ours on the uplink stays ours when this goes, if it `stays`.
    void save_flows(bool stays);
    // Stops all traffic. Interfaces stay; only `unplug` and `remove_host_interface` may follow.
    void stop();

private:
    void remove(NetNs netns, const std::string& interface);
    void lead();
    void detach(const std::vector<std::string>* names);
    void follow(const Desired& desired, const std::vector<std::string>& changed, const std::vector<std::string>* left);
    void plug_veth(const Attachment& attachment, const InterfaceSettings& settings, const NetNs& netns);

    Errands errands_;
    std::unique_ptr<Live> live_;
    std::unique_ptr<Steer> steer_;
    std::unique_ptr<HostAccess> access_;
    bool resumed_ = false;
    ConfigByName published_;
    std::vector<std::string> unsure_;      // endpoints that a change was about which failed
    bool must_lead_ = true;                // the last time it did not end well
    std::map<std::string, NetNs> plugged_; // endpoints, and where their interfaces are
};

} // namespace pontoon
