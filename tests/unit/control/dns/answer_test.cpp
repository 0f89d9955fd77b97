#include "control/dns/answer.hpp"

#include <catch2/catch.hpp>

#include <random>

#include "a_state.hpp"
#include "questions.hpp"
#include "tests/support/steps.hpp"

namespace pontoon::answer_test {
namespace {

using dns_test::question;
using dns_test::told;
using dns_test::Told;
using names_test::AState;
using names_test::ip;
using What = DnsDecision::What;

struct World : AState {
    World() {
        network("front", "172.18.0.0/16", "172.18.0.1");
        names.put(*this, container("one", {{"front", "172.18.0.2"}}));
        for (unsigned n = 0; n < 300; ++n) {
            auto& web = container("web" + std::to_string(n), {{"front", "172.18.1." + std::to_string(n % 250)}});
            web.endpoints[0].ipv4 = Ipv4{be32{ip("172.18.1.0").host() + n}};
            web.endpoints[0].aliases = {"web"};
            names.put(*this, web);
        }
    }
    DnsDecision ask(const DnsBytes& bytes, bool stream = false, bool ndots = false,
                    const std::string& from = "172.18.0.2") {
        return decide(names, ip(from), bytes, stream, ndots);
    }
    Told reply(const DnsBytes& bytes, bool stream = false) {
        const auto decision = ask(bytes, stream);
        REQUIRE(decision.what == What::reply);
        return told(decision.reply);
    }

    Names names;
};

} // namespace

TEST_CASE("answer: an address, with the question as it came") {
    World world;
    const auto answer = world.reply(question({.name = "oNe.", .id = 0xbeef}));
    CHECK(answer.id == 0xbeef);
    CHECK(answer.code == 0);
    CHECK(answer.available);
    CHECK_FALSE(answer.authoritative);
    CHECK_FALSE(answer.truncated);
    CHECK_FALSE(answer.edns);
    CHECK(answer.question == "oNe.");
    CHECK(answer.answers == std::vector<std::string>{"oNe.\t600\tIN\tA\t172.18.0.2"});
    CHECK(world.reply(question({.name = "one.front", .edns = 1232})).edns);
}

TEST_CASE("answer: other records of a known name are none, and nobody else is asked") {
    World world;
    for (const auto type : {LDNS_RR_TYPE_AAAA, LDNS_RR_TYPE_MX, LDNS_RR_TYPE_TXT, LDNS_RR_TYPE_SRV, LDNS_RR_TYPE_PTR,
                            static_cast<ldns_rr_type>(65)}) {
        const auto answer = world.reply(question({.name = "one", .type = type}));
        CHECK(answer.code == 0);
        CHECK(answer.answers.empty());
    }
    CHECK(world.reply(question({.name = "one", .type = LDNS_RR_TYPE_ANY})).answers.size() == 1);
}

TEST_CASE("answer: the name of an address") {
    World world;
    const auto ask = [](const std::string& name) { return question({.name = name, .type = LDNS_RR_TYPE_PTR}); };
    CHECK(world.reply(ask("2.0.18.172.in-addr.arpa")).answers ==
          std::vector<std::string>{"2.0.18.172.in-addr.arpa.\t600\tIN\tPTR\tone.front."});
    CHECK(world.reply(ask("2.0.18.172.IN-ADDR.ARPA")).answers.size() == 1);
    for (const auto* name : {"3.0.18.172.in-addr.arpa", "0.18.172.in-addr.arpa", "x.2.0.18.172.in-addr.arpa",
                             "2.0.18.256.in-addr.arpa", "in-addr.arpa", "02.0.18.172.in-addr.arpa"}) {
        INFO(name);
        CHECK(world.ask(ask(name)).what == What::forward);
    }
}

TEST_CASE("answer: what does not fit is left out, and TC says so") {
    World world;
    const auto plain = world.ask(question({.name = "web"})).reply;
    CHECK(plain.size() <= 512);
    CHECK(told(plain).truncated);
    CHECK(told(plain).answers.size() == (512 - 12 - 9) / 16);
    const auto edns = world.ask(question({.name = "web", .edns = 1232})).reply;
    CHECK(edns.size() <= 1232);
    CHECK(told(edns).truncated);
    CHECK(told(edns).answers.size() == (1232 - 12 - 9 - 11) / 16);
    CHECK(world.ask(question({.name = "web", .edns = 100})).reply.size() > 400); // less than 512 nobody may take
    CHECK(world.ask(question({.name = "web", .edns = 65535})).reply.size() <= 4096);
    const auto stream = world.reply(question({.name = "web"}), true);
    CHECK_FALSE(stream.truncated);
    CHECK(stream.answers.size() == 300);
}

TEST_CASE("answer: what nobody here knows is asked of others, and single labels are not where ndots says so") {
    World world;
    const auto outside = world.ask(question({.name = "example.com", .edns = 1232}));
    CHECK(outside.what == What::forward);
    CHECK(outside.question.end == 12 + 13 + 4);
    CHECK(world.ask(question({.name = "example"})).what == What::forward);
    CHECK(world.ask(question({.name = "."})).what == What::forward);
    CHECK(world.ask(question({.name = "a\\.b"})).what == What::forward); // a dot within a label
    CHECK(world.ask(question({.name = "example.com"}), false, true).what == What::forward);
    CHECK(world.ask(question({.name = "example", .type = LDNS_RR_TYPE_MX}), false, true).what == What::forward);
    const auto single = world.ask(question({.name = "example"}), false, true);
    REQUIRE(single.what == What::reply);
    CHECK(told(single.reply).code == 0);
    CHECK(told(single.reply).answers.empty());
}

TEST_CASE("answer: strangers are refused") {
    World world;
    const auto decision = world.ask(question({.name = "one"}), false, false, "172.18.0.77");
    REQUIRE(decision.what == What::reply);
    CHECK(told(decision.reply).code == 5);
}

TEST_CASE("answer: hostile messages get an error or nothing") {
    World world;
    const auto code = [&](DnsBytes bytes) {
        const auto decision = world.ask(bytes);
        return decision.what == What::reply    ? static_cast<int>(told(decision.reply).code)
               : decision.what == What::ignore ? -1
                                               : -2;
    };
    const auto good = question({.name = "one"});
    const auto with = [&](std::size_t at, std::uint8_t value) {
        auto bytes = good;
        bytes.at(at) = value;
        return bytes;
    };
    CHECK(code(good) == 0);
    CHECK(code({}) == -1);
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK(code(DnsBytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))) == (size < 12 ? -1 : 1));
    }
    CHECK(code(with(2, 0x81)) == -1); // an answer itself
    CHECK(code(with(2, 0x29)) == 4);  // UPDATE
    CHECK(code(with(5, 0)) == 1);     // no question
    CHECK(code(with(5, 2)) == 1);     // two, of which one is there
    CHECK(code(with(7, 1)) == 1);     // an answer in a question
    CHECK(code(with(9, 1)) == 1);
    CHECK(code(with(11, 1)) == 1); // an additional record that is not there
    CHECK(code(with(11, 200)) == 1);
    CHECK(code(with(12, 0xc0)) == 1); // a name that points
    CHECK(code(with(12, 64)) == 1);   // a label that is too long
    CHECK(code(with(12, 63)) == 1);
    DnsBytes endless(12);
    endless[5] = 1;
    for (int label = 0; label < 1000; ++label) {
        endless.insert(endless.end(), {1, 'a'});
    }
    CHECK(code(endless) == 1);
    auto versioned = question({.name = "one", .edns = 1232});
    versioned.at(versioned.size() - 5) = 1; // of EDNS
    CHECK(code(versioned) == 16);
}

TEST_CASE("answer: random changes of good questions never give what is no DNS message") {
    World world;
    std::mt19937 random(7);
    const std::vector<DnsBytes> good{question({.name = "one"}), question({.name = "web", .edns = 4096}),
                                     question({.name = "2.0.18.172.in-addr.arpa", .type = LDNS_RR_TYPE_PTR})};
    for (int n = 0; n < steps(30000); ++n) {
        auto bytes = good[random() % good.size()];
        for (unsigned change = random() % 4 + 1; change > 0; --change) {
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        }
        bytes.resize(random() % 8 == 0 ? random() % bytes.size() : bytes.size());
        const auto decision = world.ask(bytes, random() % 2 == 0);
        if (decision.what == What::reply) {
            CHECK(told(decision.reply).id == id_of(bytes));
        }
    }
}

TEST_CASE("an answer is one if it has the id and the question") {
    const auto asked = question({.name = "example.com", .edns = 1232});
    const auto end = read_question(asked)->end;
    auto reply = asked;
    reply[2] |= 0x80;
    CHECK(is_reply_to(reply, asked, end));
    const auto with = [&](std::size_t at, std::uint8_t value) {
        auto bytes = reply;
        bytes.at(at) = value;
        return is_reply_to(bytes, asked, end);
    };
    CHECK(with(13, 'E'));           // the case of a name
    CHECK_FALSE(with(13, 'x'));     // another name
    CHECK_FALSE(with(0, 0));        // another id
    CHECK_FALSE(with(2, 1));        // a question
    CHECK_FALSE(with(end - 3, 28)); // another type
    CHECK_FALSE(with(end - 1, 3));  // another class
    CHECK_FALSE(with(5, 2));
    CHECK_FALSE(with(5, 0)); // no question, and no error
    CHECK_FALSE(is_reply_to(DnsView(reply).first(11), asked, end));
    CHECK_FALSE(is_reply_to(DnsView(reply).first(end - 1), asked, end));
    auto error = DnsBytes(reply.begin(), reply.begin() + 12);
    error[3] |= 1;
    error[5] = 0;
    CHECK(is_reply_to(error, asked, end));
}

} // namespace pontoon::answer_test
