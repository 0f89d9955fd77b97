// A worker's tables: they follow the plan, and what is in them ages.
#include <algorithm>

#include "dataplane/worker.hpp"

namespace pontoon {

namespace {

constexpr Nanoseconds kSweepWhole = 100'000'000'000; // for a whole FDB; under Fdb::kWrap - Fdb::kAgeing

} // namespace

void Worker::adopt(const Plan& plan) {
    if (plan.generation == adopted_ + 1) {
        for (const auto& change : plan.changes) {
            adopt(plan, change);
        }
    } else {
        for (Zone zone = 0; zone < plan.domains.size(); ++zone) {
            if (plan.has_network(zone) && plan.domains[zone].revision > adopted_) {
                configure(plan, zone);
            }
        }
    }
    adopted_ = plan.generation;
    outbox_.adopt(adopted_);
    router_.adopt(plan);
}

void Worker::adopt(const Plan& plan, const Plan::DomainChange& change) {
    if (change.new_tables) {
        configure(plan, change.zone);
    } else if (plan.has_network(change.zone)) {
        Fdb& fdb = *(*plan.domains[change.zone].fdbs)[index_];
        fdb.change(change.gone, change.added, !change.left.empty(),
                   [&](PortId port) { return std::ranges::find(change.left, port) == change.left.end(); });
    }
}

// A port that left and came back since the plan that was adopted last is a new one.
void Worker::configure(const Plan& plan, Zone zone) {
    const auto& domain = plan.domains[zone];
    (*domain.fdbs)[index_]->configure(domain.bridge->statics, [&](PortId port) {
        return plan.has_port(port) && plan.ports[port].zone == zone && plan.ports[port].joined <= adopted_;
    });
}

void Worker::age(const Plan& plan, Nanoseconds now) {
    const Nanoseconds before = aged_;
    // Where the clock leaps, as between the packets of a capture, go in steps that no entry's age wraps in. After
    // kAgeing nothing is left to age.
    for (int step = 0; aged_ < now && step < 5; ++step) {
        const Nanoseconds passed = std::min(now - aged_, kSweepWhole);
        aged_ += passed;
        for (const auto& domain : plan.domains) {
            if (domain.bridge == nullptr) {
                continue;
            }
            Fdb& fdb = *(*domain.fdbs)[index_];
            if (fdb.learned() != 0) {
                fdb.sweep(fdb.sets() * passed / kSweepWhole + 1, Fdb::tick_of(aged_));
            }
        }
    }
    static_assert(kSweepWhole + kAgeEvery < Fdb::kWrap - Fdb::kAgeing);
    static_assert(5 * kSweepWhole > Fdb::kAgeing + kSweepWhole);
    router_.expire(now - before);
    aged_ = now;
}

} // namespace pontoon
