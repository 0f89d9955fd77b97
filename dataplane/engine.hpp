// The packet engine: ports, workers, and the configuration they follow.
//
// A configuration reaches the workers whole: what is different is compiled into a copy of the plan that holds, and one
// pointer is stored, which each worker reads once a turn. A plan that workers may still look at is kept until they have
// all reported that they are past it (QSBR), and nobody waits for that.
//
// Workers either run as threads (`start`) or take their turns one after the other when the caller says so (`step`),
// with the caller's clock: then everything happens in one order and repeats exactly.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "dataplane/compiler.hpp"
#include "dataplane/config_change.hpp"
#include "dataplane/flow_file.hpp"
#include "dataplane/plan.hpp"
#include "dataplane/worker.hpp"

struct rte_mempool;
struct rte_rcu_qsbr;

namespace pontoon {

class Engine {
public:
    struct Options {
        unsigned workers = 1;          // at most kMaxWorkers
        std::uint64_t seed = 1;        // of the tables' hashes
        std::uint64_t nat_secret = 1;  // the same flow gets the same NAT port under the same secret
        std::uint32_t flows = 1 << 20; // room for so many tracked flows
        rte_mempool* pool = nullptr;   // buffers for segments and copies; null: each packet's own pool
    };
    static constexpr unsigned kMaxWorkers = 64;

    // The EAL runs. Throws std::runtime_error if there is no memory.
    explicit Engine(const Options& options);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    // Adds the port of the endpoint `name`, or of kUplinkName; the next `publish` or `change` puts it to use. Throws
    // std::runtime_error if the name has a port already or there are kMaxPort of them.
    PortId attach(const std::string& name, std::unique_ptr<Port> port);

    // Takes the port away from `name`, which need not have one. It is used until the next change, and destroyed once
    // the workers are past the plan before that: see `settle`. What is queued for it or held from it is dropped then.
    void detach(const std::string& name);

    // Makes `config` true. Endpoints without a port wait for it; a port that no endpoint names drops what it receives.
    // Throws std::runtime_error if it is too much of something, and then nothing has changed.
    void publish(const Config& config) { change(difference(compiler_.config(), config)); }
    // The same for what is different only: it costs less where there is much. Throws as `publish`.
    void change(const ConfigChange& change);

    // Waits, not for long, until no worker that is awake looks at an earlier configuration and no detached port is
    // left. False: it was not for long enough.
    bool settle();

    // One turn of each worker. Returns whether any of them had something to do.
    bool step(Nanoseconds now);

    // Writes the flows of containers to `file`; `now` is the clock's of `step`, or the monotonic one. Returns how many.
    // Throws std::runtime_error. Not while threads run.
    std::size_t save_flows(const std::filesystem::path& file, Nanoseconds now);
    // Ports of these names that are attached from now on belong to the workers that they belonged to: NAT ports do.
    void expect_ports(const SavedNames& names);
    // Flows that were saved go on, as far as the configuration that was published last allows it. Returns how many. Not
    // while threads run.
    std::size_t restore_flows(const FlowFile& file, Nanoseconds now);

    struct Threads {
        bool sleeps = true;         // a worker that has found nothing for some time sleeps until there is something
        std::vector<unsigned> cpus; // worker i runs on cpus[i]; empty: where the kernel likes
        Nanoseconds longest_sleep = 1'000'000'000; // tables age
    };
    // Runs the workers as threads, on the monotonic clock, until `stop`. Throws std::runtime_error, and then none runs.
    void start(const Threads& threads);
    void start() { start({}); }
    void stop();

    [[nodiscard]] Stats stats() const;
    // Of a worker's thread, since `start`.
    [[nodiscard]] PollStats polling(unsigned worker) const;
    [[nodiscard]] bool is_asleep(unsigned worker) const { return pollers_[worker]->waker().asleep(); }
    // Names whose port's device has gone.
    [[nodiscard]] std::vector<std::string> failed() const;
    // Entries a look-up would find, by network; endpoints' own addresses included, the gateway's not. Not while
    // threads run.
    [[nodiscard]] std::map<std::string, std::size_t> fdb_sizes(Nanoseconds now) const;
    [[nodiscard]] const std::string& name_of(PortId port) const;

    // Translated flows by the address that they are translated to. Not while threads run.
    struct NatUse {
        unsigned ports = 0; // that flows may take
        std::size_t flows = 0;
    };
    [[nodiscard]] std::map<Ipv4, NatUse> nat_use() const;
    // Lets all go that is over time, which else goes little by little. Not while threads run.
    void expire(Nanoseconds now);
    // Whether packets wait for time to pass: for a neighbour, or for the rest of their packet. Not while threads run.
    [[nodiscard]] bool holds() const;

    // See Worker. Not while threads run; `set_stage_clock` is for worker 0.
    void set_trace(Trace* trace);
    void set_stage_clock(StageCycles* stages);

private:
    // A plan that workers may still look at, and tables that no later one has.
    struct Retired {
        std::unique_ptr<const Plan> plan;
        std::uint64_t token = 0;
        std::vector<std::shared_ptr<const void>> tables{};
    };
    // A port that was detached, as long as plans name it; then only its number.
    struct Leaving {
        std::unique_ptr<AttachedPort> attachment;
        PortId id = kNoPort;
        std::uint64_t gone_in = 0; // the first generation that does not name it; 0: it is not there yet
    };
    static constexpr std::size_t kRest = 1024; // numbers that wait before one of them is used again

    [[nodiscard]] PortId take_number(const std::string& name);

    void reclaim();
    void spawn(unsigned worker, const Threads& threads);
    void run(unsigned worker, const Threads& threads);
    void sleep(unsigned worker, Nanoseconds longest);
    void wake_all();

    std::atomic<std::uint32_t> flows_ = 0; // of all workers
    Compiler::Ports attachments_;
    Compiler compiler_;
    std::unordered_map<std::string, unsigned> expected_workers_; // of ports that are not attached yet
    PortId last_port_ = kNoPort;
    std::uint64_t last_serial_ = 0;
    std::list<Leaving> leaving_;
    std::list<Leaving> given_back_; // the numbers to be used again, the oldest first
    std::unique_ptr<const Plan> current_;
    std::atomic<const Plan*> plan_ = nullptr;
    std::deque<Retired> retired_;
    std::unique_ptr<rte_rcu_qsbr, void (*)(void*)> qsbr_;
    std::vector<std::unique_ptr<Inbox>> inboxes_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::unique_ptr<Poller>> pollers_; // by worker, while threads run
    std::vector<std::jthread> threads_;
    std::atomic<bool> stopping_ = false;
};

} // namespace pontoon
