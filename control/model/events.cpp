#include "control/model/events.hpp"

#include <vector>

namespace pontoon {

namespace {

constexpr std::size_t kMostPast = 256;

} // namespace

void Events::tell(Event event) {
    if (event.time.nanoseconds == 0) {
        event.time = Time::now();
    }
    std::vector<Subscription> hearing; // a listener may subscribe another
    for (auto at = listeners_.begin(); at != listeners_.end();) {
        if (auto listener = at->second.lock()) {
            hearing.push_back(std::move(listener));
            ++at;
        } else {
            at = listeners_.erase(at);
        }
    }
    past_.push_back(std::move(event));
    if (past_.size() > kMostPast) {
        past_.pop_front();
    }
    const Event told = past_.back();
    for (const auto& listener : hearing) {
        (*listener)(told);
    }
}

Events::Subscription Events::subscribe(Listener listener) {
    auto subscription = std::make_shared<Listener>(std::move(listener));
    listeners_.emplace(next_++, subscription);
    return subscription;
}

} // namespace pontoon
