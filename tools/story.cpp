#include "tools/story.hpp"

#include <fmt/format.h>

#include <span>
#include <string>

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
    case Verdict::Kind::replied: return "answered by the gateway, to " + ports;
    case Verdict::Kind::answered:
        return fmt::format("dropped with an ICMP error to {}, {}: {}", ports, name_of(record.verdict.reason),
                           text_of(record.verdict.reason));
    case Verdict::Kind::held: return ports.empty() ? "held" : "fragmented, to " + ports;
    case Verdict::Kind::consumed: return "consumed by the gateway";
    case Verdict::Kind::dropped: break;
    }
    return fmt::format("dropped, {}: {}", name_of(record.verdict.reason), text_of(record.verdict.reason));
}

// `records` begins with a received one; the rest tells what became of it.
void print_story(std::span<const TraceRecord> records, const Engine& engine, Nanoseconds start, std::FILE* to) {
    const auto& received = records.front();
    const std::span head(received.head.data(), received.head_length);
    const std::string mac = head.size() >= 12 ? load<Mac>(head.data() + 6).to_string() : "-";
    std::string ports;
    std::string learned;
    const TraceRecord* decided = nullptr;
    for (const auto& record : records) {
        if (record.stage == Stage::sent) {
            ports += (ports.empty() ? "" : ", ") + engine.name_of(record.port);
        } else if (record.stage == Stage::learned) {
            learned = learned_text(record, mac, engine);
        } else if (record.stage == Stage::decided) {
            decided = &record;
        }
    }
    const Nanoseconds since = received.time - start;
    fmt::print(to, "{:>5}.{:06} {:<8} {}\n", since / 1'000'000'000, since / 1000 % 1'000'000,
               engine.name_of(received.port), describe(head, received.length));
    if (!learned.empty()) {
        fmt::print(to, "{:21} {}\n", "", learned);
    }
    if (decided != nullptr) {
        fmt::print(to, "{:21} {}\n", "", verdict_text(*decided, ports));
    }
}

} // namespace

void print_stories(const Trace& trace, const Engine& engine, Nanoseconds start, std::FILE* to) {
    const std::span records(trace.records());
    std::size_t begin = 0;
    while (begin < records.size()) {
        std::size_t end = begin + 1;
        while (end < records.size() && records[end].stage != Stage::received) {
            ++end;
        }
        print_story(records.subspan(begin, end - begin), engine, start, to);
        begin = end;
    }
}

} // namespace pontoon
