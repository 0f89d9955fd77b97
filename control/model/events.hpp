// What happens, told to whoever listens: GET /events of the docker API, and the daemon's own parts.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "control/model/records.hpp"

namespace pontoon {

// As Docker's (docker-behaviours N-058): type "network" with create, connect, disconnect, destroy, prune; type
// "container" with create, start, die, destroy ...
struct Event {
    std::string type;
    std::string action;
    std::string id;
    TextMap attributes;
    Time time;
};

class Events {
public:
    using Listener = std::function<void(const Event&)>;
    // Who holds it listens.
    using Subscription = std::shared_ptr<Listener>;

    // Tells all listeners, and keeps it for those who ask for the past. A listener does not throw.
    void tell(Event event);
    [[nodiscard]] Subscription subscribe(Listener listener);
    [[nodiscard]] const std::deque<Event>& past() const { return past_; } // the last 256

private:
    std::deque<Event> past_;
    std::map<std::uint64_t, std::weak_ptr<Listener>> listeners_;
    std::uint64_t next_ = 0;
};

} // namespace pontoon
