#include "dataplane/engine.hpp"

#include <rte_rcu_qsbr.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <utility>

namespace pontoon {

namespace {

std::unique_ptr<rte_rcu_qsbr, void (*)(void*)> make_qsbr(unsigned workers) {
    void* memory = std::aligned_alloc(RTE_CACHE_LINE_SIZE, rte_rcu_qsbr_get_memsize(workers));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    std::unique_ptr<rte_rcu_qsbr, void (*)(void*)> qsbr(static_cast<rte_rcu_qsbr*>(memory), std::free);
    rte_rcu_qsbr_init(qsbr.get(), workers);
    for (unsigned worker = 0; worker < workers; ++worker) {
        rte_rcu_qsbr_thread_register(qsbr.get(), worker);
    }
    return qsbr;
}

} // namespace

Engine::Engine(const Options& options)
    : compiler_(attachments_, options.workers, options.seed), current_(std::make_unique<const Plan>()),
      qsbr_(make_qsbr(options.workers)) {
    for (unsigned index = 0; options.workers > 1 && index < options.workers; ++index) {
        inboxes_.push_back(std::make_unique<Inbox>());
    }
    // One for all: workers have to agree who has the pieces of a packet.
    const std::uint64_t seed = std::mt19937_64(options.seed)();
    for (unsigned index = 0; index < options.workers; ++index) {
        const Router::Options router{index, seed, options.nat_secret, options.flows, &flows_, options.pool};
        workers_.push_back(std::make_unique<Worker>(router, plan_, inboxes_));
    }
    change({});
}

Engine::~Engine() {
    stop();
}

PortId Engine::attach(const std::string& name, std::unique_ptr<Port> port) {
    if (attachments_.contains(name)) {
        throw std::runtime_error("endpoint " + name + " is attached already");
    }
    auto attachment = std::make_unique<AttachedPort>();
    const PortId id = take_number(name);
    attachment->name = name;
    attachment->id = id;
    attachment->serial = ++last_serial_;
    const auto expected = expected_workers_.find(name);
    attachment->worker =
        expected != expected_workers_.end() ? expected->second : id % static_cast<unsigned>(workers_.size());
    attachment->port = std::move(port);
    attachment->edge = Edge(attachment->port->capabilities());
    attachment->merges = !attachment->port->capabilities().tcp_segmentation; // what it receives was cut, too
    compiler_.attach(*attachments_.emplace(name, std::move(attachment)).first->second);
    return id;
}

// One that no plan names. What still speaks of its last port, a flow or a message, is told apart by Plan::Slot::joined;
// and so that there is little of that, numbers rest.
PortId Engine::take_number(const std::string& name) {
    const bool all_used = last_port_ == kGatewayPort - 1;
    if (given_back_.size() > kRest || (all_used && !given_back_.empty())) {
        const PortId id = given_back_.front().id;
        given_back_.pop_front();
        return id;
    }
    if (all_used) {
        throw std::runtime_error("endpoint " + name + ": there are " + std::to_string(last_port_) + " ports already");
    }
    return ++last_port_;
}

void Engine::detach(const std::string& name) {
    const auto found = attachments_.find(name);
    if (found != attachments_.end()) {
        Leaving& leaving = leaving_.emplace_back();
        leaving.id = found->second->id;
        leaving.gone_in = compiler_.detach(*found->second) ? 0 : current_->generation;
        leaving.attachment = std::move(found->second);
        attachments_.erase(found);
        reclaim();
    }
}

void Engine::change(const ConfigChange& change) {
    Compiler::Compiled next;
    retired_.emplace_back(); // what can fail comes first
    try {
        next = compiler_.compile(*current_, change);
    } catch (...) {
        retired_.pop_back();
        throw;
    }
    plan_.store(next.plan.get(), std::memory_order_release);
    retired_.back() = {std::exchange(current_, std::move(next.plan)), rte_rcu_qsbr_start(qsbr_.get()),
                       std::move(next.tables)};
    for (auto& leaving : leaving_) {
        leaving.gone_in = leaving.gone_in != 0 ? leaving.gone_in : current_->generation;
    }
    wake_all();
    reclaim();
}

void Engine::reclaim() {
    while (!retired_.empty() && rte_rcu_qsbr_check(qsbr_.get(), retired_.front().token, false) == 1) {
        retired_.pop_front();
    }
    const std::uint64_t oldest = (retired_.empty() ? current_ : retired_.front().plan)->generation;
    for (auto next = leaving_.begin(); next != leaving_.end();) {
        const auto leaving = next++;
        if (leaving->gone_in != 0 && leaving->gone_in <= oldest) {
            leaving->attachment.reset();
            given_back_.splice(given_back_.end(), leaving_, leaving);
        }
    }
}

bool Engine::step(Nanoseconds now) {
    bool busy = false;
    for (const auto& worker : workers_) {
        busy |= worker->turn(now);
    }
    return busy;
}

std::vector<std::string> Engine::failed() const {
    std::vector<std::string> names;
    for (const auto& [name, attachment] : attachments_) {
        if (attachment->port->failed()) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    return names;
}

Stats Engine::stats() const {
    Stats stats;
    for (const auto& [name, attachment] : attachments_) {
        add(stats.ports[name], attachment->counters);
    }
    for (const auto& worker : workers_) {
        add(stats.total, worker->counters());
        add(stats.flows, worker->router().counters());
        stats.held += worker->held();
    }
    for (const auto& inbox : inboxes_) {
        stats.held += inbox->size();
    }
    return stats;
}

std::map<Ipv4, Engine::NatUse> Engine::nat_use() const {
    std::map<Ipv4, NatUse> use;
    for (const Ipv4 address : current_->routing.nat_addresses) {
        use[address].ports = current_->routing.nat_ports.size();
    }
    for (const auto& worker : workers_) {
        worker->router().for_each_flow([&use](const Flow& flow, const Half&, const Half& answers) {
            if (flow.kind == Flow::Kind::masquerade) {
                ++use[answers.key.destination].flows;
            }
        });
    }
    return use;
}

void Engine::expire(Nanoseconds now) {
    for (const auto& worker : workers_) {
        worker->expire(now);
    }
}

bool Engine::holds() const {
    return std::ranges::any_of(workers_, [](const auto& worker) { return worker->router().packets_held() != 0; });
}

std::map<std::string, std::size_t> Engine::fdb_sizes(Nanoseconds now) const {
    constexpr std::size_t gateway = 1;
    std::map<std::string, std::size_t> sizes;
    for (const auto& domain : current_->domains) {
        if (domain.bridge == nullptr) {
            continue;
        }
        sizes[domain.bridge->name] = domain.fdbs->front()->size(Fdb::tick_of(now)) - gateway;
    }
    return sizes;
}

const std::string& Engine::name_of(PortId port) const {
    static const std::string none = "-";
    return current_->has_port(port) ? current_->ports[port].attachment->name : none;
}

void Engine::set_trace(Trace* trace) {
    for (const auto& worker : workers_) {
        worker->set_trace(trace);
    }
}

void Engine::set_stage_clock(StageCycles* stages) {
    workers_.front()->set_stage_clock(stages);
}

} // namespace pontoon
