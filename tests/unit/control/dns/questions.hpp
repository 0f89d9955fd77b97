// Questions as clients send them, and what answers say, both by ldns.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/dns/ldns.hpp"
#include "control/dns/message.hpp"

namespace pontoon::dns_test {

struct Freed {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
    void operator()(char* text) const { std::free(text); }
};

struct Asking {
    std::string name;
    ldns_rr_type type = LDNS_RR_TYPE_A;
    std::uint16_t edns = 0; // bytes; 0: none
    std::uint16_t id = 0x1234;
};

inline DnsBytes question(const Asking& asking) {
    const std::unique_ptr<ldns_pkt, Freed> packet(
        ldns_pkt_query_new(ldns_dname_new_frm_str(asking.name.c_str()), asking.type, LDNS_RR_CLASS_IN, LDNS_RD));
    ldns_pkt_set_id(packet.get(), asking.id);
    if (asking.edns != 0) {
        ldns_pkt_set_edns_udp_size(packet.get(), asking.edns);
    }
    std::uint8_t* data = nullptr;
    std::size_t size = 0;
    ldns_pkt2wire(&data, packet.get(), &size);
    DnsBytes bytes(data, data + size);
    std::free(data);
    return bytes;
}

struct Told {
    std::uint16_t id = 0;
    unsigned code = 0; // with EDNS' part
    bool authoritative = false;
    bool available = false;
    bool truncated = false;
    bool edns = false;
    std::string question{};             // "one.	IN	A"
    std::vector<std::string> answers{}; // "one.	600	IN	A	172.18.0.2"
};

inline std::string text_of(const ldns_rr* record) {
    const std::unique_ptr<char, Freed> text(ldns_rr2str(record));
    std::string line = text.get();
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) {
        line.pop_back();
    }
    return line;
}

// Throws where it is no DNS message, or no answer.
inline Told told(DnsView reply) {
    ldns_pkt* read = nullptr;
    if (ldns_wire2pkt(&read, reply.data(), reply.size()) != LDNS_STATUS_OK) {
        throw std::runtime_error("no DNS message");
    }
    const std::unique_ptr<ldns_pkt, Freed> packet(read);
    if (!ldns_pkt_qr(read)) {
        throw std::runtime_error("no answer");
    }
    Told result{.id = ldns_pkt_id(read),
                .code = ldns_pkt_get_rcode(read) + 16U * ldns_pkt_edns_extended_rcode(read),
                .authoritative = ldns_pkt_aa(read),
                .available = ldns_pkt_ra(read),
                .truncated = ldns_pkt_tc(read),
                .edns = ldns_pkt_edns(read)};
    const auto* asked = ldns_pkt_question(read);
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(asked); ++at) {
        const std::unique_ptr<char, Freed> name(ldns_rdf2str(ldns_rr_owner(ldns_rr_list_rr(asked, at))));
        result.question += name.get();
    }
    const auto* answers = ldns_pkt_answer(read);
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(answers); ++at) {
        result.answers.push_back(text_of(ldns_rr_list_rr(answers, at)));
    }
    return result;
}

} // namespace pontoon::dns_test
