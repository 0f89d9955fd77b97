// Filters as the docker CLI sends them, moments as people tell them, and events to those who listen.
#include <catch2/catch.hpp>

#include "control/docker/event_routes.hpp"
#include "control/json_reader.hpp"
#include "control/model/events.hpp"
#include "control/model/filters.hpp"
#include "control/model/moment.hpp"
#include "control/model/network_rules.hpp"
#include "control/refused.hpp"

namespace pontoon::filters_test {

namespace {

NetworkRecord web() {
    NetworkRecord record;
    record.id = "abc" + std::string(61, '0');
    record.name = "web";
    record.labels = {{"a", "b"}, {"flag", ""}};
    record.created = {1000};
    return record;
}

bool listed(const NetworkRecord& network, const std::string& filters, const State& state = {}) {
    const auto parsed = parse_filters(filters);
    check_list_filters(parsed);
    return match_list(network, state, parsed);
}

std::string list_error(const std::string& filters) {
    try {
        (void)listed(web(), filters);
    } catch (const Refused& refused) {
        return std::to_string(static_cast<int>(refused.why())) + " " + refused.what();
    }
    return "none";
}

} // namespace

TEST_CASE("filters come as maps of maps and as maps of lists") {
    CHECK(parse_filters("").empty());
    CHECK(parse_filters(R"({"driver":{"bridge":true,"host":false}})") == Filters{{"driver", {"bridge"}}});
    CHECK(parse_filters(R"({"driver":["bridge","host"]})") == Filters{{"driver", {"bridge", "host"}}});
    for (const auto* bad : {"junk", "[]", "3", R"({"a":3})", R"({"a":{"b":3}})", R"({"a":[3]})", "{} {}"}) {
        CHECK_THROWS_AS(parse_filters(bad), InputError);
    }
}

TEST_CASE("what filters of networks mean") {
    CHECK(listed(web(), R"({"driver":{"bridge":true}})"));
    CHECK_FALSE(listed(web(), R"({"driver":{"brid":true}})"));
    CHECK(listed(web(), R"({"driver":{"bridge":true,"x":true}})"));
    CHECK(listed(web(), R"({"name":{"e":true}})"));
    CHECK(listed(web(), R"({"name":{"^w.b$":true}})"));
    CHECK_FALSE(listed(web(), R"({"name":{"^e":true}})"));
    CHECK(listed(web(), R"({"id":{"abc":true}})"));
    CHECK_FALSE(listed(web(), R"({"id":{"abd":true}})"));
    CHECK(listed(web(), R"({"label":{"a":true,"flag":true}})"));
    CHECK(listed(web(), R"({"label":{"a=b":true}})"));
    CHECK_FALSE(listed(web(), R"({"label":{"a=c":true}})"));
    CHECK_FALSE(listed(web(), R"({"label":{"a=b":true,"x":true}})"));
    CHECK(listed(web(), R"({"scope":{"local":true}})"));
    CHECK_FALSE(listed(web(), R"({"scope":{"swarm":true}})"));
    CHECK(listed(web(), R"({"type":{"custom":true}})"));
    CHECK_FALSE(listed(web(), R"({"type":{"builtin":true}})"));
    CHECK_FALSE(listed(web(), R"({"name":{"e":true},"driver":{"host":true}})"));
}

TEST_CASE("dangling networks are those that nobody uses and that are not predefined") {
    State state;
    CHECK(listed(web(), R"({"dangling":{"true":true}})", state));
    CHECK_FALSE(listed(web(), R"({"dangling":{"0":true}})", state));
    state.attached[web().id].insert("c");
    CHECK_FALSE(listed(web(), R"({"dangling":{"true":true}})", state));
    auto bridge = web();
    bridge.name = "bridge";
    CHECK_FALSE(listed(bridge, R"({"dangling":{"true":true}})"));
}

TEST_CASE("filters that are none") {
    const auto bad = std::to_string(static_cast<int>(Refused::Why::bad)) + " ";
    CHECK(list_error(R"({"bogus":{"1":true}})") == bad + "invalid filter 'bogus'");
    CHECK(list_error(R"({"dangling":{"maybe":true}})") == bad + "invalid filter 'dangling=[maybe]'");
    CHECK(list_error(R"({"dangling":{"true":true,"false":true}})") == bad + "invalid filter 'dangling=[false true]'");
    CHECK(list_error(R"({"type":{"x":true}})") ==
          std::to_string(static_cast<int>(Refused::Why::impossible)) + " invalid filter: 'type'='x'");
}

TEST_CASE("patterns that would take for ever are looked for as they are") {
    CHECK_FALSE(listed(web(), R"({"name":{"((a{1,255}){1,255}){1,255}":true}})"));
    CHECK_FALSE(listed(web(), R"({"name":{"(w)\\1":true}})"));
    CHECK_FALSE(listed(web(), R"({"name":{"[":true}})"));
    CHECK(listed(web(), R"({"name":{"(w|x)+.*":true}})"));
}

TEST_CASE("what prune takes") {
    const auto prunes = [](const std::string& text) {
        const auto filters = parse_filters(text);
        return match_prune(web(), filters, check_prune_filters(filters));
    };
    CHECK(prunes(""));
    CHECK(prunes(R"({"label":{"a":true}})"));
    CHECK_FALSE(prunes(R"({"label!":{"a":true}})"));
    CHECK(prunes(R"({"label!":{"x":true}})"));
    CHECK(prunes(R"({"until":{"10m":true}})"));
    CHECK_FALSE(prunes(R"({"until":{"1970-01-01":true}})"));
    CHECK_THROWS_AS(prunes(R"({"until":{"10m":true,"20m":true}})"), Refused);
    CHECK_THROWS_AS(prunes(R"({"name":{"x":true}})"), Refused);
    CHECK_THROWS_WITH(prunes(R"({"until":{"zz":true}})"), "failed to parse value as time or duration: \"zz\"");
}

TEST_CASE("moments") {
    const Time now{1'700'000'000'000'000'000};
    const auto moment = [&](const std::string& text) { return parse_moment(text, now).nanoseconds; };
    CHECK(moment("1700000000") == now.nanoseconds);
    CHECK(moment("1700000000.5") == now.nanoseconds + 500'000'000);
    CHECK(moment("10m") == now.nanoseconds - 600'000'000'000);
    CHECK(moment("1h1.5s") == now.nanoseconds - 3'601'500'000'000);
    CHECK(moment("3ms") == now.nanoseconds - 3'000'000);
    CHECK(moment("2023-11-14T22:13:20Z") == now.nanoseconds);
    CHECK(moment("2023-11-14T22:13:20.000000001Z") == now.nanoseconds + 1);
    CHECK(moment("2023-11-14T23:13:20+01:00") == now.nanoseconds);
    CHECK(moment("1970-01-02") == 86'400'000'000'000);
    for (const auto* bad :
         {"", "zz", "-5", "5", "99999999999999999999", "1x", "1h2", "2023-13-01", "m", "1.2.3", ".5s"}) {
        if (std::string(bad) != "5") {
            CHECK_THROWS_AS(moment(bad), Refused);
        }
    }
}

TEST_CASE("who listens hears, and who no longer does costs nothing") {
    Events events;
    std::vector<std::string> heard;
    auto listening = events.subscribe([&](const Event& event) { heard.push_back(event.action); });
    events.tell({"network", "create", "1", {}, {}});
    listening.reset();
    events.tell({"network", "destroy", "1", {}, {}});
    CHECK(heard == std::vector<std::string>{"create"});
    CHECK(events.past().size() == 2);
    CHECK(events.past()[0].time.nanoseconds != 0);
    for (int i = 0; i < 1000; ++i) {
        events.tell({"network", "create", "2", {}, {}});
    }
    CHECK(events.past().size() == 256);
}

TEST_CASE("events as the docker API shows them, and their filters") {
    const Event made{"network", "create", "abc", {{"name", "web"}, {"type", "bridge"}}, {1'500'000'000}};
    const Event joined{"network", "connect", "abc", {{"name", "web"}, {"type", "bridge"}, {"container", "c0"}}, {1}};
    const Event died{"container", "die", "c0ffee", {{"name", "c1"}}, {1}};
    CHECK(boost::json::serialize(event_json(made)) ==
          R"({"Type":"network","Action":"create","Actor":{"ID":"abc","Attributes":{"name":"web","type":"bridge"}},)"
          R"("scope":"local","time":1,"timeNano":1500000000})");
    CHECK(event_json(died).at("status") == "die");
    CHECK(match_event(made, {}));
    CHECK(match_event(made, {{"type", {"network"}}}));
    CHECK_FALSE(match_event(died, {{"type", {"network"}}}));
    CHECK(match_event(made, {{"event", {"create", "x"}}}));
    CHECK_FALSE(match_event(made, {{"event", {"connect"}}}));
    CHECK(match_event(made, {{"network", {"web"}}}));
    CHECK(match_event(made, {{"network", {"ab"}}}));
    CHECK_FALSE(match_event(made, {{"network", {"db"}}}));
    CHECK(match_event(joined, {{"container", {"c0"}}}));
    CHECK_FALSE(match_event(made, {{"container", {"c0"}}}));
    CHECK(match_event(died, {{"container", {"c1"}}}));
    CHECK_FALSE(match_event(made, {{"image", {"x"}}}));
}

} // namespace pontoon::filters_test
