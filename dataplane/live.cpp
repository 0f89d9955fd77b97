#include "dataplane/live.hpp"

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include "dataplane/engine.hpp"
#include "dataplane/port/eal.hpp"
#include "dataplane/port/make.hpp"
#include "dataplane/port/pool.hpp"

namespace pontoon {

namespace {

constexpr unsigned kSmallPerWorker = 8192;
constexpr unsigned kLargePerWorker = 512;

// DPDK takes this much in any case, and a bit for each worker's inbox.
unsigned memory_mib(unsigned workers) {
    constexpr unsigned of_small = Pool::kBufferBytes + 512; // with mbuf, headroom and what the pool keeps
    constexpr unsigned of_large = Pool::kLargeBytes + 1024;
    constexpr std::size_t mib = 1 << 20;
    const std::size_t buffers = std::size_t{kSmallPerWorker} * of_small + std::size_t{kLargePerWorker} * of_large;
    return static_cast<unsigned>(32 + workers * (buffers / mib + 2));
}

Hugepages hugepages_of(Live::Options::Hugepages hugepages) {
    switch (hugepages) {
    case Live::Options::Hugepages::on: return Hugepages::on;
    case Live::Options::Hugepages::off: return Hugepages::off;
    case Live::Options::Hugepages::automatic: break;
    }
    return Hugepages::automatic;
}

std::uint64_t random_seed() {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

const Live::Options& checked(const Live::Options& options) {
    if (options.workers == 0 || options.workers > Engine::kMaxWorkers) {
        throw std::runtime_error("there can be 1 to " + std::to_string(Engine::kMaxWorkers) + " workers, not " +
                                 std::to_string(options.workers));
    }
    return options;
}

Nanoseconds monotonic_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<Nanoseconds>(std::chrono::nanoseconds(now).count());
}

// Threads that begin meanwhile never handle a signal: that is the control thread's.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

} // namespace

struct Live::Parts {
    explicit Parts(const Options& options)
        : eal({hugepages_of(options.hugepages), memory_mib(options.workers), {}, options.pci, {}}),
          small("small", options.workers * kSmallPerWorker),
          large("large", options.workers * kLargePerWorker, Pool::kLargeBytes),
          engine({.workers = options.workers,
                  .seed = random_seed(),
                  .nat_secret = options.nat_secret,
                  .flows = options.flows,
                  .pool = small.get()}),
          threads{.sleeps = options.poll == Poll::adaptive, .cpus = options.cpus}, flows_file(options.flows_file) {
        find_saved();
        engine.start(threads);
    }

    // What cannot be used is no reason not to start.
    void find_saved() {
        if (flows_file.empty()) {
            return;
        }
        try {
            saved = FlowFile::open(flows_file);
        } catch (const std::runtime_error& error) {
            complaint = error.what();
        }
        if (saved) {
            engine.expect_ports(saved->names());
        }
    }

    Eal eal;
    Pool small;
    Pool large;
    Engine engine; // goes first, and the ports with it
    Engine::Threads threads;
    std::filesystem::path flows_file;
    std::optional<FlowFile> saved; // until `resume`
    std::string complaint;
};

Live::Live(const Options& options) {
    const SignalsBlocked blocked;
    parts_ = std::make_unique<Parts>(checked(options));
}

Live::~Live() = default;

void Live::attach(const std::string& name, const PortSpec& spec) {
    parts_->engine.attach(name, make_port(spec, {parts_->small, parts_->large}));
}

void Live::detach(const std::string& name) {
    parts_->engine.detach(name);
}

void Live::change(const ConfigChange& change) {
    parts_->engine.change(change);
    (void)parts_->engine.settle(); // a worker that is stopped for longer does not stop the control thread
}

std::string Live::resume(const Config& config) {
    Parts& parts = *parts_;
    parts.engine.stop();
    parts.engine.publish(config);
    std::string news = std::exchange(parts.complaint, {});
    if (parts.saved) {
        const auto count = parts.engine.restore_flows(*parts.saved, monotonic_now());
        news = std::to_string(count) + " of " + std::to_string(parts.saved->size()) + " saved flows go on";
        parts.saved.reset();
    }
    std::error_code ignored;
    if (!parts.flows_file.empty()) {
        std::filesystem::remove(parts.flows_file, ignored); // what it says is true only once
    }
    const SignalsBlocked blocked;
    parts.engine.start(parts.threads);
    return news;
}

std::size_t Live::save_flows() {
    parts_->engine.stop();
    return parts_->flows_file.empty() ? 0 : parts_->engine.save_flows(parts_->flows_file, monotonic_now());
}

Stats Live::stats() const {
    return parts_->engine.stats();
}

std::vector<std::string> Live::failed() const {
    return parts_->engine.failed();
}

} // namespace pontoon
