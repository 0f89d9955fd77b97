// A switch whose ports come and go, workers taking their turns one after the other.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/engine.hpp"
#include "tests/support/datagram.hpp"
#include "tests/unit/queue_port.hpp"
#include "tests/unit/uplink_world.hpp"

namespace pontoon {

using test::Datagram;

inline Datagram udp_out(unsigned endpoint, std::size_t bytes = 8) {
    Datagram d{mac_of(address_of(0, 1)), mac_of(0, endpoint), address_of(0, endpoint + 2), kRemote, test::kUdp};
    d.transport = test::Writer().u16(1000).u16(53).u16(static_cast<unsigned>(bytes)).u16(0).zeros(bytes - 8).take();
    test::seal(d);
    return d;
}

inline Datagram answer_to(const frames::Bytes& left) {
    Datagram d = *test::datagram_of(left);
    test::rewrite(d, test::tuple_of(d).reversed());
    std::swap(d.to, d.from);
    test::seal(d);
    return d;
}

class SteppedSwitch {
public:
    SteppedSwitch(const Config& config, unsigned workers)
        : SteppedSwitch(config, {.workers = workers, .flows = 1024}) {}
    SteppedSwitch(const Config& config, const Engine::Options& options) : engine_(options) {
        for (const auto& endpoint : config.endpoints) {
            attach(endpoint.name);
        }
        if (config.uplink) {
            attach(kUplinkName);
        }
        publish(config);
    }
    ~SteppedSwitch() { CHECK(engine_.stats().is_conserved()); }
    SteppedSwitch(const SteppedSwitch&) = delete;
    SteppedSwitch& operator=(const SteppedSwitch&) = delete;

    PortId attach(const std::string& name) {
        queues_[name] = std::make_shared<Queue>();
        return engine_.attach(name, std::make_unique<QueuePort>(queues_[name]));
    }
    void detach(const std::string& name) { engine_.detach(name); }
    void publish(const Config& config) { engine_.publish(config); }
    // Ports of no network come and go until the number that was given back last is the next to be used again.
    void use_up(const Config& config) {
        for (unsigned i = 0; i < 1024; ++i) {
            engine_.attach("passing", std::make_unique<QueuePort>(std::make_shared<Queue>()));
            publish(config);
            engine_.detach("passing");
            publish(config);
        }
    }
    void feed(const std::string& name, const frames::Bytes& frame) { queues_.at(name)->feed(pool_.copy(frame)); }
    void feed(const std::string& name, const Datagram& datagram) { feed(name, test::frame_of(datagram)); }
    bool step() { return engine_.step(now_ += 1'000'000); }
    void run() {
        while (step()) {
        }
    }
    std::vector<frames::Bytes> take(const std::string& name) { return std::exchange(queues_.at(name)->sent, {}); }
    bool has_port(const std::string& name) { return queues_.at(name).use_count() > 1; }
    Engine& engine() { return engine_; }
    [[nodiscard]] Nanoseconds now() const { return now_; }
    std::uint64_t detached() { return drops(engine_.stats(), Reason::port_detached); }

private:
    TestPool pool_{1024};
    std::map<std::string, std::shared_ptr<Queue>> queues_;
    Engine engine_;
    Nanoseconds now_ = 1'000'000'000;
};

} // namespace pontoon
