#include "tools/replay_session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include "tools/story.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kTraceRecords = 65536;
constexpr Nanoseconds kBetweenRounds = 1'000;

volatile std::sig_atomic_t interrupted = 0;

Nanoseconds monotonic() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<Nanoseconds>(std::chrono::nanoseconds(now).count());
}

} // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0), shown_(monotonic()) {}

void Progress::packet() {
    if ((++packets_ & 0xfff) == 0 && terminal_ && monotonic() - shown_ >= 1'000'000'000) {
        shown_ = monotonic();
        drawn_ = true;
        fmt::print(stderr, "\r{:.1f} million packets", static_cast<double>(packets_) / 1e6);
    }
}

void Progress::end() const {
    if (drawn_) {
        fmt::print(stderr, "\r\033[K");
    }
}

ReplaySession::ReplaySession(const ReplayOptions& options, const std::vector<Config>& configs)
    : options_(options), configs_(configs),
      switch_({.workers = options.workers, .seed = options.seed, .nat_secret = options.seed, .flows = options.flows}),
      trace_(options.trace ? kTraceRecords : 0) {
    for (const auto& config : configs) {
        switch_.attach(config);
    }
    if (options.trace) {
        switch_.engine().set_trace(&trace_);
    }
    switch_.publish(configs.front());
}

std::vector<std::string> ReplaySession::play() {
    std::vector<std::string> damage;
    for (std::uint64_t round = 0; round < options_.repeat; ++round) {
        damage = play_once();
    }
    progress_.end();
    if (configured_ < configs_.size()) {
        fmt::print(stderr, "pontoon replay: the captures end before --reconfigure {}\n",
                   options_.reconfigurations[configured_ - 1].topology.string());
    }
    return damage;
}

std::vector<std::string> ReplaySession::play_once() {
    std::vector<std::filesystem::path> files;
    for (const auto& input : options_.inputs) {
        files.push_back(input.file);
    }
    MergedCapture capture(files);
    if (!capture.peek()) {
        switch_.engine().step(now_); // the report tells of tables, which workers make with their first turn
        return capture.damage();
    }
    // The first round keeps the captures' clock; each later one goes on where the one before ended.
    const Nanoseconds first = capture.peek()->frame.time;
    const Nanoseconds begin = start_ ? now_ + kBetweenRounds : first;
    if (!start_) {
        start_ = now_ = first;
    }
    while (capture.peek()) {
        const Nanoseconds time = begin + (std::max(capture.peek()->frame.time, first) - first);
        wait_until(time);
        reconfigure_until(time);
        now_ = std::max(now_, time);
        feed_burst(capture, options_.inputs[capture.peek()->input].port);
        run();
        if (interrupted != 0) {
            throw std::runtime_error("interrupted; nothing was written");
        }
    }
    return capture.damage();
}

// Frames of one file with one timestamp, as many as a worker takes at once.
void ReplaySession::feed_burst(MergedCapture& capture, const std::string& port) {
    const std::size_t input = capture.peek()->input;
    const Nanoseconds time = capture.peek()->frame.time;
    for (std::size_t count = 0; count < Burst::kMax; ++count) {
        const auto& next = capture.peek();
        if (!next || next->input != input || next->frame.time != time) {
            return;
        }
        const auto& frame = next->frame;
        const bool snapped = frame.bytes.size() < frame.length && frame.length <= kLongestFrame;
        switch_.feed(port, frame.bytes, snapped ? frame.length : frame.bytes.size());
        snapped_ += snapped ? 1 : 0;
        progress_.packet();
        capture.pop();
    }
}

// Lets the time between two packets pass in steps while something in the switch waits for it.
void ReplaySession::wait_until(Nanoseconds time) {
    constexpr Nanoseconds step = 100'000'000;
    while (switch_.engine().holds() && time > now_ + step) {
        now_ += step;
        reconfigure_until(now_);
        run();
    }
}

void ReplaySession::reconfigure_until(Nanoseconds time) {
    for (; configured_ < configs_.size(); ++configured_) {
        const Nanoseconds due = *start_ + options_.reconfigurations[configured_ - 1].after;
        if (due > time) {
            return;
        }
        now_ = std::max(now_, due);
        switch_.publish(configs_[configured_]);
    }
}

void ReplaySession::run() {
    switch_.run(now_, [this](const std::string& port, std::span<const std::uint8_t> frame) {
        auto& writer = writers_[port];
        if (!writer) {
            writer = std::make_unique<CaptureWriter>(options_.out / (port + ".pcap"));
        }
        writer->write({now_, frame, static_cast<std::uint32_t>(frame.size())});
    });
    if (options_.trace) {
        print_stories(trace_, switch_.engine(), *start_, stderr);
        trace_.clear();
    }
}

ReplayReport ReplaySession::report() {
    switch_.engine().expire(now_);
    return {switch_.engine().stats(), switch_.engine().fdb_sizes(now_), switch_.engine().nat_use()};
}

void ReplaySession::finish() {
    for (const auto& [name, writer] : writers_) {
        writer->finish();
    }
}

void ReplaySession::commit() {
    for (const auto& [name, writer] : writers_) {
        writer->commit();
    }
}

void ReplaySession::interrupt() {
    interrupted = 1;
}

} // namespace pontoon
