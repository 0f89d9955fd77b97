// DNS messages (RFC 1035, EDNS: RFC 6891) as bytes: questions are checked and read, answers made (ldns).
//
// Nothing of a question is believed: whatever it is, reading it costs a bounded time and touches only its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/wire/address.hpp"

namespace pontoon {

using DnsBytes = std::vector<std::uint8_t>;
using DnsView = std::span<const std::uint8_t>;

// As IANA numbers them.
enum class DnsCode : std::uint8_t {
    no_error = 0,
    format_error = 1,
    server_failure = 2,
    not_implemented = 4,
    refused = 5,
    bad_version = 16,
};
enum DnsType : std::uint16_t { kDnsA = 1, kDnsPtr = 12, kDnsAaaa = 28, kDnsAny = 255 };
inline constexpr std::uint16_t kDnsInternet = 1; // the class

inline constexpr std::size_t kDnsHeader = 12;
inline constexpr std::uint16_t kDnsPlainSize = 512; // bytes of an answer that every client takes by UDP

struct DnsQuestion {
    DnsCode fault = DnsCode::no_error; // what it is to be answered with, if not by itself
    std::uint16_t id = 0;
    bool recursion_desired = false;
    bool checking_disabled = false;
    DnsBytes wire;    // the name as it came
    std::string name; // in lower case, without a last dot; empty: none that we could know
    std::uint16_t type = 0;
    std::uint16_t of_class = 0;
    std::size_t end = kDnsHeader; // bytes of header and question
    bool edns = false;
    std::uint16_t size = kDnsPlainSize; // bytes that the client takes by UDP

    [[nodiscard]] bool is_single_label() const { return !name.empty() && name.find('.') == std::string::npos; }
};

// Nothing: nobody is to be answered (no header, or an answer itself).
[[nodiscard]] std::optional<DnsQuestion> read_question(DnsView message);

// The IPv4 address that a PTR question is for: "4.3.2.1.in-addr.arpa".
[[nodiscard]] std::optional<Ipv4> address_asked(const std::string& name);

// Answers of at most `limit` bytes: what does not fit is left out, and TC says so. They are good for 600 seconds.
[[nodiscard]] DnsBytes answer_addresses(const DnsQuestion& question, const std::vector<Ipv4>& addresses,
                                        std::size_t limit);
[[nodiscard]] DnsBytes answer_name(const DnsQuestion& question, const std::string& name, std::size_t limit);
// No records.
[[nodiscard]] DnsBytes answer_code(const DnsQuestion& question, DnsCode code);

// Whether `reply` answers the question of `asked`, of which it must have the id and the question.
[[nodiscard]] bool is_reply_to(DnsView reply, DnsView asked, std::size_t question_end);
[[nodiscard]] DnsCode code_of(DnsView reply);
void set_id(DnsBytes& message, std::uint16_t id);
[[nodiscard]] std::uint16_t id_of(DnsView message); // of one that has a header

} // namespace pontoon
