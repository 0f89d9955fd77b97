// Requests that wait for a container's end: stop, kill and wait.
#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <memory>

#include "control/docker/container_routes.hpp"
#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kAfterKill{10};
constexpr int kUsualPatience = 10; // seconds between SIGTERM and SIGKILL
constexpr int kMostPatience = 3600;

struct End {
    bool happened = false;
    bool destroyed = false;
    int code = 0;
};

// Told of how a container ends as long as `subscription` lives.
struct EndWatch {
    EndWatch(Events& events, const std::string& id)
        : end(std::make_shared<End>()), subscription(events.subscribe([id, state = end](const Event& event) {
              if (event.type != "container" || event.id != id) {
                  return;
              }
              if (event.action == "die") {
                  state->happened = true;
                  state->code = std::atoi(event.attributes.at("exitCode").c_str());
              }
              state->destroyed = state->destroyed || event.action == "destroy";
          })) {}

    std::shared_ptr<End> end;
    Events::Subscription subscription;
};

asio::awaitable<bool> ends_within(const EndWatch& watch, std::chrono::milliseconds patience) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (const auto until = Clock::now() + patience; !watch.end->happened && Clock::now() < until;) {
        timer.expires_after(kLook);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return watch.end->happened;
}

int patience_in(const HttpRequest& request) {
    const auto text = request.parameter("t").value_or("");
    int seconds = kUsualPatience;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
        throw Refused(Refused::Why::bad, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", shown(text)));
    }
    return seconds < 0 ? kMostPatience : std::min(seconds, kMostPatience);
}

asio::awaitable<HttpResponse> stop(Containers& containers, Events& events, HttpRequest request) {
    const std::string id = find_container(containers.state(), request.captured[0]).id;
    const auto patience = std::chrono::seconds(patience_in(request));
    const int number = signal_number(request.parameter("signal").value_or("SIGTERM"));
    if (!find_container(containers.state(), id).is_running()) {
        co_return HttpResponse{304, ""};
    }
    const EndWatch watch(events, id);
    containers.kill(id, number);
    if (!co_await ends_within(watch, patience) && containers.state().containers.by_id(id) != nullptr) {
        containers.kill(id, SIGKILL);
        if (!co_await ends_within(watch, kAfterKill)) {
            throw Refused(Refused::Why::impossible, "cannot stop container: " + id + ": its process does not end");
        }
    }
    containers.tell_stopped(id);
    co_return HttpResponse{204, ""};
}

asio::awaitable<HttpResponse> kill(Containers& containers, Events& events, HttpRequest request) {
    const std::string id = find_container(containers.state(), request.captured[0]).id;
    const int number = signal_number(request.parameter("signal").value_or("SIGKILL"));
    const EndWatch watch(events, id);
    containers.kill(id, number);
    if (number == SIGKILL) {
        co_await ends_within(watch, kAfterKill);
    }
    co_return HttpResponse{204, ""};
}

// {"StatusCode": N} when it does not run, ends the next time, or is removed.
asio::awaitable<HttpResponse> wait(Containers& containers, Events& events, HttpRequest request) {
    const auto& container = find_container(containers.state(), request.captured[0]);
    const auto condition = request.parameter("condition").value_or("not-running");
    if (condition != "not-running" && condition != "next-exit" && condition != "removed" && !condition.empty()) {
        throw Refused(Refused::Why::bad, fmt::format("invalid condition: \"{}\"", shown(condition)));
    }
    int code = container.exit_code;
    const bool now = condition != "next-exit" && condition != "removed" && !container.is_running();
    const EndWatch watch(events, container.id);
    asio::steady_timer timer(co_await asio::this_coro::executor);
    const auto is_over = [&] { return condition == "removed" ? watch.end->destroyed : watch.end->happened; };
    while (!now && !is_over() && !watch.end->destroyed) {
        timer.expires_after(kLook);
        co_await timer.async_wait(asio::use_awaitable);
    }
    code = watch.end->happened ? watch.end->code : code;
    co_return HttpResponse{200, fmt::format("{{\"StatusCode\":{}}}\n", code)};
}

} // namespace

int signal_number(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number > 0 && number <= SIGRTMAX) {
        return number;
    }
    const std::string name = text.starts_with("SIG") ? text.substr(3) : text;
    for (int i = 1; i < SIGRTMIN; ++i) {
        const char* known = ::sigabbrev_np(i);
        if (known != nullptr && name == known) {
            return i;
        }
    }
    throw Refused(Refused::Why::bad, "invalid signal: " + shown(text));
}

void add_container_stop_routes(HttpRoutes& routes, Containers& containers, Events& events) {
    routes.add_later("POST", "/containers/{id}/stop",
                     [&](HttpRequest request) { return stop(containers, events, std::move(request)); });
    routes.add_later("POST", "/containers/{id}/kill",
                     [&](HttpRequest request) { return kill(containers, events, std::move(request)); });
    routes.add_later("POST", "/containers/{id}/wait",
                     [&](HttpRequest request) { return wait(containers, events, std::move(request)); });
}

} // namespace pontoon
