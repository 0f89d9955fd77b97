#include "control/dns/message.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include "control/dns/ldns.hpp"

namespace pontoon {
namespace {

constexpr std::uint32_t kTtl = 600;        // L-061
constexpr std::uint16_t kOurSize = 1232;   // bytes that we take by UDP, as all servers since 2020 say
constexpr std::size_t kAddressRecord = 16; // bytes, its name a pointer to the question's
constexpr std::size_t kOpt = 11;           // bytes
constexpr std::size_t kMaxName = 255;      // RFC 1035 section 2.3.4
constexpr unsigned kMaxAdditional = 2;     // OPT and a signature

struct PacketFree {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using Packet = std::unique_ptr<ldns_pkt, PacketFree>;

unsigned word(DnsView bytes, std::size_t at) {
    return unsigned{bytes[at]} << 8 | bytes[at + 1];
}

std::uint8_t lower(std::uint8_t c) {
    return 'A' <= c && c <= 'Z' ? static_cast<std::uint8_t>(c - 'A' + 'a') : c;
}

// The name at `at`, which then stands behind it. False: it is none, or a compressed one, which a question's is not.
bool read_name(DnsView message, std::size_t& at, DnsQuestion& question) {
    const auto begin = at;
    bool odd = false; // no name of ours has dots or zeros in a label
    for (;;) {
        if (at >= message.size() || message[at] > 63 || at + 1 - begin > kMaxName) {
            return false;
        }
        const std::size_t length = message[at++];
        if (length == 0) {
            break;
        }
        if (message.size() - at < length) {
            return false;
        }
        question.name += question.name.empty() ? "" : ".";
        for (const auto c : message.subspan(at, length)) {
            odd |= c == '.' || c == 0;
            question.name += static_cast<char>(lower(c));
        }
        at += length;
    }
    if (odd || at - begin > kMaxName) {
        question.name.clear();
    }
    question.wire.assign(message.begin() + static_cast<std::ptrdiff_t>(begin),
                         message.begin() + static_cast<std::ptrdiff_t>(at));
    return at - begin <= kMaxName;
}

// Only a message with additional records needs more than the question read.
DnsCode read_edns(DnsView message, DnsQuestion& question) {
    ldns_pkt* read = nullptr;
    if (ldns_wire2pkt(&read, message.data(), message.size()) != LDNS_STATUS_OK) {
        return DnsCode::format_error;
    }
    const Packet packet(read);
    question.edns = ldns_pkt_edns(read);
    if (question.edns) {
        question.size = std::max(kDnsPlainSize, ldns_pkt_edns_udp_size(read));
    }
    return ldns_pkt_edns_version(read) == 0 ? DnsCode::no_error : DnsCode::bad_version;
}

DnsCode read_body(DnsView message, DnsQuestion& question) {
    if ((message[2] & 0x78) != 0) { // an opcode that is not QUERY
        return DnsCode::not_implemented;
    }
    if (word(message, 4) != 1 || word(message, 6) != 0 || word(message, 8) != 0 || word(message, 10) > kMaxAdditional) {
        return DnsCode::format_error;
    }
    std::size_t at = kDnsHeader;
    if (!read_name(message, at, question) || message.size() - at < 4) {
        question.wire.clear();
        return DnsCode::format_error;
    }
    question.type = static_cast<std::uint16_t>(word(message, at));
    question.of_class = static_cast<std::uint16_t>(word(message, at + 2));
    question.end = at + 4;
    return word(message, 10) == 0 ? DnsCode::no_error : read_edns(message, question);
}

template <typename Object>
Object* made(Object* object) {
    if (object == nullptr) {
        throw std::bad_alloc();
    }
    return object;
}

ldns_rr* record(const DnsQuestion& question, ldns_rr_type type) {
    auto* made_record = made(ldns_rr_new());
    ldns_rr_set_owner(made_record,
                      made(ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, question.wire.size(), question.wire.data())));
    ldns_rr_set_type(made_record, type);
    ldns_rr_set_class(made_record, static_cast<ldns_rr_class>(question.of_class));
    return made_record;
}

// Header and question; no question where it could not be read.
Packet reply_to(const DnsQuestion& question, DnsCode code) {
    Packet packet(made(ldns_pkt_new()));
    ldns_pkt_set_id(packet.get(), question.id);
    ldns_pkt_set_qr(packet.get(), true);
    ldns_pkt_set_rd(packet.get(), question.recursion_desired);
    ldns_pkt_set_cd(packet.get(), question.checking_disabled);
    ldns_pkt_set_ra(packet.get(), true);
    ldns_pkt_set_rcode(packet.get(), static_cast<std::uint8_t>(static_cast<unsigned>(code) & 0xf));
    if (question.edns) {
        ldns_pkt_set_edns_udp_size(packet.get(), kOurSize);
        ldns_pkt_set_edns_extended_rcode(packet.get(), static_cast<std::uint8_t>(static_cast<unsigned>(code) >> 4));
    }
    if (!question.wire.empty()) {
        auto* asked = record(question, static_cast<ldns_rr_type>(question.type));
        ldns_rr_set_question(asked, true);
        ldns_pkt_push_rr(packet.get(), LDNS_SECTION_QUESTION, asked);
    }
    return packet;
}

void add(const Packet& packet, const DnsQuestion& question, ldns_rr_type type, ldns_rdf* data) {
    auto* answer = record(question, type);
    ldns_rr_set_ttl(answer, kTtl);
    ldns_rr_push_rdf(answer, made(data));
    ldns_pkt_push_rr(packet.get(), LDNS_SECTION_ANSWER, answer);
}

DnsBytes bytes_of(const Packet& packet) {
    std::uint8_t* data = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&data, packet.get(), &size) != LDNS_STATUS_OK) {
        throw std::bad_alloc(); // nothing else can be wrong with it
    }
    const std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(data, &std::free);
    return {data, data + size};
}

} // namespace

std::optional<DnsQuestion> read_question(DnsView message) {
    if (message.size() < kDnsHeader || (message[2] & 0x80) != 0) {
        return std::nullopt;
    }
    DnsQuestion question;
    question.id = id_of(message);
    question.recursion_desired = (message[2] & 1) != 0;
    question.checking_disabled = (message[3] & 0x10) != 0;
    question.fault = read_body(message, question);
    return question;
}

std::optional<Ipv4> address_asked(const std::string& name) {
    constexpr std::string_view end = ".in-addr.arpa";
    if (!name.ends_with(end)) {
        return std::nullopt;
    }
    const auto reversed = Ipv4::parse(std::string_view(name).substr(0, name.size() - end.size()));
    return reversed ? std::optional(Ipv4{be32{__builtin_bswap32(reversed->host())}}) : std::nullopt;
}

DnsBytes answer_addresses(const DnsQuestion& question, const std::vector<Ipv4>& addresses, std::size_t limit) {
    const auto packet = reply_to(question, DnsCode::no_error);
    const auto taken = question.end + (question.edns ? kOpt : 0);
    const auto room = limit < taken ? 0 : (limit - taken) / kAddressRecord;
    for (const auto& address : std::span(addresses).first(std::min(room, addresses.size()))) {
        add(packet, question, LDNS_RR_TYPE_A, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_A, sizeof address, &address));
    }
    ldns_pkt_set_tc(packet.get(), addresses.size() > room);
    return bytes_of(packet);
}

DnsBytes answer_name(const DnsQuestion& question, const std::string& name, std::size_t limit) {
    const auto packet = reply_to(question, DnsCode::no_error);
    auto* data = ldns_dname_new_frm_str((name + '.').c_str());
    if (data == nullptr) { // a network's name may be anything
        return answer_code(question, DnsCode::no_error);
    }
    add(packet, question, LDNS_RR_TYPE_PTR, data);
    auto bytes = bytes_of(packet);
    if (bytes.size() <= limit) {
        return bytes;
    }
    const auto truncated = reply_to(question, DnsCode::no_error);
    ldns_pkt_set_tc(truncated.get(), true);
    return bytes_of(truncated);
}

DnsBytes answer_code(const DnsQuestion& question, DnsCode code) {
    return bytes_of(reply_to(question, code));
}

// The name without regard to case, since servers may write it their own way. A server that does not understand the
// question may leave it out.
bool is_reply_to(DnsView reply, DnsView asked, std::size_t question_end) {
    if (reply.size() < kDnsHeader || id_of(reply) != id_of(asked) || (reply[2] & 0xf8) != 0x80) {
        return false;
    }
    if (word(reply, 4) == 0) {
        return code_of(reply) != DnsCode::no_error && word(reply, 6) == 0;
    }
    if (word(reply, 4) != 1 || reply.size() < question_end) {
        return false;
    }
    const auto type = question_end - 4;
    const auto same = [](std::uint8_t a, std::uint8_t b) { return lower(a) == lower(b); };
    return std::equal(reply.begin() + kDnsHeader, reply.begin() + static_cast<std::ptrdiff_t>(type),
                      asked.begin() + kDnsHeader, same) &&
           std::ranges::equal(reply.subspan(type, 4), asked.subspan(type, 4));
}

DnsCode code_of(DnsView reply) {
    return static_cast<DnsCode>(reply[3] & 0xf);
}

void set_id(DnsBytes& message, std::uint16_t id) {
    message[0] = static_cast<std::uint8_t>(id >> 8);
    message[1] = static_cast<std::uint8_t>(id);
}

std::uint16_t id_of(DnsView message) {
    return static_cast<std::uint16_t>(word(message, 0));
}

} // namespace pontoon
