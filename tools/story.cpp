#include "tools/story.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace pontoon {

namespace {

using Stage = TraceRecord::Stage;

std::string learned_text(const TraceRecord& record, std::string_view mac, const Engine& engine) {
    switch (record.learned) {
    case Fdb::Learned::added: return fmt::format("learned {} on {}", mac, engine.name_of(record.port));
    case Fdb::Learned::moved: return fmt::format("{} moved to {}", mac, engine.name_of(record.port));
    case Fdb::Learned::full: return fmt::format("no room to learn {}", mac);
    default: return {};
    }
}

std::string verdict_text(const TraceRecord& record, const std::string& ports) {
    switch (record.verdict.kind) {
    case Verdict::Kind::forwarded: return "forwarded to " + ports;
    case Verdict::Kind::flooded: return "flooded to " + ports;
    case Verdict::Kind::replied: return "answered by the switch, to " + ports;
    case Verdict::Kind::answered:
        return fmt::format("dropped with an ICMP error to {}, {}: {}", ports, name_of(record.verdict.reason),
                           text_of(record.verdict.reason));
    case Verdict::Kind::held: return ports.empty() ? "" : "fragmented, to " + ports;
    case Verdict::Kind::consumed: return "consumed by the switch";
    case Verdict::Kind::dropped: break;
    }
    return fmt::format("dropped, {}: {}", name_of(record.verdict.reason), text_of(record.verdict.reason));
}

std::string end_text(Ipv4 address, be16 port, std::uint8_t protocol) {
    if (port.raw() == 0) {
        return address.to_string();
    }
    return fmt::format("{}{}{}", address.to_string(), protocol == protocol::kIcmp ? " id " : ":", port.host());
}

std::string flow_text(const TraceRecord& record) {
    const auto& to = record.translated;
    const be16 id = to.protocol == protocol::kIcmp && to.source_port.raw() == 0 ? to.destination_port : to.source_port;
    const auto source = end_text(to.source, id, to.protocol);
    const auto destination = end_text(to.destination, to.destination_port, to.protocol);
    if (record.error) {
        return "ICMP error about a flow, to " + to.destination.to_string();
    }
    const std::string begin = record.fresh ? "new flow, " : "";
    switch (record.flow) {
    case Flow::Kind::masquerade: return record.back ? "answer to " + destination : begin + "masqueraded as " + source;
    case Flow::Kind::publish:
        return record.back ? "answer of the published " + source : begin + "published, to " + destination;
    case Flow::Kind::hairpin:
        return record.back ? "answer of the published " + source
                           : fmt::format("{}published, to {} as {}", begin, destination, source);
    case Flow::Kind::plain: return begin + "routed as it is";
    case Flow::Kind::free: break;
    }
    return {};
}

std::string wait_text(const TraceRecord& record) {
    return record.neighbor.is_unspecified() ? "held until the packet's first piece comes"
                                            : fmt::format("held until {} answers ARP", record.neighbor.to_string());
}

std::string description(const TraceRecord& record) {
    return describe({record.head.data(), record.head_length}, record.length);
}

std::string place(const TraceRecord& first, const Engine& engine) {
    if (first.stage != Stage::resumed) {
        return engine.name_of(first.port);
    }
    return first.waited ? "waited" : fmt::format("worker {}", first.worker);
}

// What became of a packet, each thing on a line of its own.
struct Story {
    std::string learned;
    std::vector<std::string> sent; // what left, where it is another packet than what came
    std::string ports;
    std::vector<std::string> fate;

    void add(std::string text) {
        if (!text.empty()) {
            fate.push_back(std::move(text));
        }
    }
    void tell(const TraceRecord& record, const TraceRecord& first, const Engine& engine);
};

void Story::tell(const TraceRecord& record, const TraceRecord& first, const Engine& engine) {
    switch (record.stage) {
    case Stage::learned: {
        const std::span head(first.head.data(), first.head_length);
        learned = learned_text(record, head.size() >= 12 ? load<Mac>(head.data() + 6).to_string() : "-", engine);
        break;
    }
    case Stage::sent:
        ports += (ports.empty() ? "" : ", ") + engine.name_of(record.port);
        if (const auto text = description(record); text != description(first)) {
            sent.push_back(fmt::format("{:<8} {}", engine.name_of(record.port), text));
        }
        break;
    case Stage::followed: add(flow_text(record)); break;
    case Stage::waits: add(wait_text(record)); break;
    case Stage::handed_over: add(fmt::format("handed to worker {}", record.worker)); break;
    default: break;
    }
}

// `records` are of one packet; the first one begins its story.
void print_story(std::span<const TraceRecord* const> records, const Engine& engine, Nanoseconds start, std::FILE* to) {
    const auto& first = *records.front();
    Story story;
    const TraceRecord* decided = nullptr;
    for (const auto* record : records) {
        story.tell(*record, first, engine);
        decided = record->stage == Stage::decided ? record : decided;
    }
    if (decided != nullptr) {
        story.add(verdict_text(*decided, story.ports));
    } else if (first.stage == Stage::asked) {
        story.add("asked by the switch");
    } else if (!story.ports.empty()) {
        story.add("forwarded to " + story.ports);
    }
    const Nanoseconds since = first.time - start;
    fmt::print(to, "{:>5}.{:06} {:<8} {}\n", since / 1'000'000'000, since / 1000 % 1'000'000, place(first, engine),
               description(first));
    for (const auto& sent : story.sent) {
        fmt::print(to, "{:>12} {}\n", "->", sent);
    }
    if (!story.learned.empty()) {
        fmt::print(to, "{:21} {}\n", "", story.learned);
    }
    if (!story.fate.empty()) {
        fmt::print(to, "{:21} {}\n", "", fmt::join(story.fate, "; "));
    }
}

} // namespace

void print_stories(const Trace& trace, const Engine& engine, Nanoseconds start, std::FILE* to) {
    std::map<std::uint32_t, std::vector<const TraceRecord*>> stories; // by number, which is the order they began in
    for (const auto& record : trace.records()) {
        stories[record.story].push_back(&record);
    }
    for (const auto& [number, records] : stories) {
        print_story(records, engine, start, to);
    }
    if (trace.forgotten() != 0) {
        fmt::print(to, "{:21} the trace was full: {} records are missing\n", "", trace.forgotten());
    }
}

} // namespace pontoon
