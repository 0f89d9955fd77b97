// Any bytes as a question for names: it is ignored, forwarded or answered by a good answer to it, and as an answer of
// another server it is taken for one only if it has the question.
#include <algorithm>
#include <memory>

#include "control/dns/answer.hpp"
#include "control/dns/ldns.hpp"
#include "tests/fuzz/expect.hpp"

namespace pontoon {

namespace {

const Ipv4 kAsker = Ipv4::parse("172.18.0.2").value();

// One network with a few containers of one alias.
const Names& names() {
    static const std::unique_ptr<Names> made = [] {
        State state;
        NetworkRecord network;
        network.id = std::string(64, 'a');
        network.name = "net.work";
        network.gateway = Ipv4::parse("172.18.0.1").value();
        state.networks.put(network);
        auto result = std::make_unique<Names>();
        for (unsigned n = 0; n < 100; ++n) {
            ContainerRecord container;
            container.id = std::to_string(1000 + n) + std::string(60, 'c');
            container.name = "c" + std::to_string(n);
            container.state = ContainerRecord::State::running;
            EndpointRecord endpoint;
            endpoint.network_id = network.id;
            endpoint.id = container.id;
            endpoint.aliases = {"web"};
            endpoint.links = {"c1:db"};
            endpoint.ipv4 = Ipv4{be32{kAsker.host() + n}};
            container.endpoints = {endpoint};
            result->put(state, container);
        }
        return result;
    }();
    return *made;
}

void check_reply(DnsView query, DnsView reply, std::size_t limit) {
    EXPECT(reply.size() >= kDnsHeader && reply.size() <= limit);
    ldns_pkt* read = nullptr;
    EXPECT(ldns_wire2pkt(&read, reply.data(), reply.size()) == LDNS_STATUS_OK);
    EXPECT(ldns_pkt_qr(read) && !ldns_pkt_aa(read) && ldns_pkt_ra(read));
    ldns_pkt_free(read);
    EXPECT(id_of(query) == id_of(reply));
}

void ask(DnsView query, bool stream, bool ndots) {
    const auto decision = decide(names(), kAsker, query, stream, ndots);
    if (decision.what == DnsDecision::What::reply) {
        check_reply(query, decision.reply, stream ? 65535 : 4096);
    } else if (decision.what == DnsDecision::What::forward) {
        EXPECT(decision.question.end <= query.size() && decision.question.end > kDnsHeader + 4);
        check_reply(query, answer_code(decision.question, DnsCode::server_failure), 600);
    }
}

// The first half as the question, the second as what came for it.
void compare(DnsView data) {
    const auto asked = data.first(data.size() / 2);
    const auto question = read_question(asked);
    if (!question || question->fault != DnsCode::no_error) {
        return;
    }
    const auto reply = data.subspan(data.size() / 2);
    if (is_reply_to(reply, asked, question->end)) {
        EXPECT(id_of(reply) == id_of(asked) && (reply[2] & 0x80) != 0);
    }
    DnsBytes echo(asked.begin(), asked.end());
    echo[2] |= 0x80;
    echo[2] = static_cast<std::uint8_t>(echo[2] & 0x87);
    EXPECT(is_reply_to(echo, asked, question->end));
}

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const pontoon::DnsView bytes(data, size);
    pontoon::ask(bytes, false, size % 2 == 0);
    pontoon::ask(bytes, true, false);
    pontoon::compare(bytes);
    return 0;
}
