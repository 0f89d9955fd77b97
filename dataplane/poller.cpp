#include "dataplane/poller.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

constexpr unsigned kPortBits = 16;
constexpr std::uint64_t kOfWaker = 0; // serial numbers begin with 1

int make_epoll() {
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) {
        throw std::runtime_error(std::string("no epoll for a worker: ") + std::strerror(errno));
    }
    return fd;
}

} // namespace

Poller::Poller(unsigned worker) : worker_(worker), epoll_(make_epoll()) {
    if (!control(EPOLL_CTL_ADD, waker_.event(), kOfWaker)) {
        const int error = errno;
        ::close(epoll_);
        throw std::runtime_error(std::string("a worker's eventfd cannot be waited for: ") + std::strerror(error));
    }
}

Poller::~Poller() {
    ::close(epoll_);
}

bool Poller::control(int operation, int fd, std::uint64_t data) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = data;
    return ::epoll_ctl(epoll_, operation, fd, &event) == 0;
}

std::uint64_t Poller::data_of(const Entry& entry) {
    return entry.serial << kPortBits | entry.attachment->id;
}

void Poller::adopt(const Plan& plan) {
    if (plan.generation == adopted_ + 1) {
        adopt(plan, plan.changed_ports);
    } else {
        adopt(plan, std::views::iota(std::size_t{0}, plan.ports.size()));
    }
    adopted_ = plan.generation;
}

// Those that left go first: what comes may have the number or the descriptor that they had.
template <typename Ids>
void Poller::adopt(const Plan& plan, const Ids& ids) {
    entries_.resize(plan.ports.size());
    for (const auto id : ids) {
        Entry& entry = entries_[id];
        const AttachedPort* const now = plan.ports[id].attachment;
        if (entry.attachment != nullptr && (now == nullptr || now->serial != entry.serial)) {
            withdraw(entry);
            entry = {};
        }
    }
    std::erase_if(active_, [this](PortId id) { return !entries_[id].active; });
    active_.reserve(plan.owned[worker_].size()); // for `activate`
    for (const auto id : ids) {
        AttachedPort* const attachment = plan.ports[id].attachment;
        if (attachment != nullptr && attachment->worker == worker_ && entries_[id].attachment == nullptr) {
            add(static_cast<PortId>(id), *attachment);
        }
    }
}

void Poller::add(PortId id, AttachedPort& attachment) {
    Entry& entry = entries_[id];
    entry = {&attachment, attachment.serial, attachment.port->wait_fd()};
    if (entry.fd >= 0 && !control(EPOLL_CTL_ADD, entry.fd, data_of(entry))) {
        entry.fd = -1; // nothing that can be waited for
    }
    ++(entry.fd < 0 ? always_active_ : registered_);
    activate(id);
}

// The port may be there no longer: then its descriptor is closed and so out already, and the number may be that of
// another file, which is not in here.
void Poller::withdraw(Entry& entry) {
    if (entry.fd >= 0) {
        (void)control(EPOLL_CTL_DEL, entry.fd, 0);
        --registered_;
    } else if (entry.active) {
        --always_active_;
    }
    entry.fd = -1;
    entry.active = false;
}

void Poller::activate(PortId id) {
    entries_[id].idle = 0;
    if (!entries_[id].active) {
        entries_[id].active = true;
        active_.push_back(id);
    }
}

// Whether a port that has brought nothing for some time stays active.
bool Poller::goes_on(Entry& entry) {
    entry.idle = 0;
    if (entry.attachment->port->failed()) {
        withdraw(entry);
        return false;
    }
    if (entry.fd < 0) {
        return true;
    }
    entry.active = false;
    if (!entry.broken) {
        (void)control(EPOLL_CTL_MOD, entry.fd, data_of(entry));
    }
    return false;
}

void Poller::rest() {
    std::erase_if(active_, [this](PortId id) { return !goes_on(entries_[id]); });
}

void Poller::wait(Nanoseconds most) {
    counters_.sleeps.add(1);
    look(most);
}

void Poller::look(Nanoseconds most) {
    constexpr Nanoseconds second = 1'000'000'000;
    const timespec time{static_cast<time_t>(most / second), static_cast<long>(most % second)};
    std::array<epoll_event, 64> events;
    counters_.looks.add(1);
    // The call without a timespec costs 90 ns less.
    const int count = most == 0
                          ? ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0)
                          : ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &time, nullptr);
    for (const auto& event : std::span(events.data(), static_cast<std::size_t>(std::max(count, 0)))) {
        const auto id = static_cast<PortId>(event.data.u64);
        if (id < entries_.size() && entries_[id].attachment != nullptr &&
            entries_[id].serial == event.data.u64 >> kPortBits && entries_[id].fd >= 0) {
            entries_[id].broken |= (event.events & (EPOLLERR | EPOLLHUP)) != 0;
            activate(id);
        }
    }
}

} // namespace pontoon
