#include "control/dns/answer.hpp"

#include <algorithm>

namespace pontoon {
namespace {

constexpr std::size_t kMaxDatagram = 4096; // bytes of an answer by UDP, whatever the client says
constexpr std::size_t kMaxMessage = 65535;

DnsDecision reply(DnsBytes bytes) {
    return {.what = DnsDecision::What::reply, .reply = std::move(bytes)};
}

// A name that we know is ours alone: nobody else is asked for its other records (L-065).
std::optional<DnsBytes> own(const Names& names, Ipv4 from, const DnsQuestion& question, std::size_t limit) {
    if (question.of_class != kDnsInternet) {
        return std::nullopt;
    }
    if (question.type == kDnsPtr) {
        const auto address = address_asked(question.name);
        const auto name = address ? names.name_of(from, *address) : std::nullopt;
        if (name) {
            return answer_name(question, *name, limit);
        }
    }
    const auto addresses = names.find(from, question.name);
    if (addresses.empty()) {
        return std::nullopt;
    }
    const bool wanted = question.type == kDnsA || question.type == kDnsAny;
    return wanted ? answer_addresses(question, addresses, limit) : answer_code(question, DnsCode::no_error);
}

// With ndots a client asks for a single label only to try its search list next (L-074).
bool ends_here(const Names& names, Ipv4 from, const DnsQuestion& question, bool host_ndots) {
    if (!question.is_single_label() || (question.type != kDnsA && question.type != kDnsAaaa)) {
        return false;
    }
    const auto asker = names.asker(from);
    return asker && (asker->has_options ? asker->ndots : host_ndots);
}

} // namespace

DnsDecision decide(const Names& names, Ipv4 from, DnsView message, bool stream, bool host_ndots) {
    auto question = read_question(message);
    if (!question) {
        return {};
    }
    if (question->fault != DnsCode::no_error) {
        return reply(answer_code(*question, question->fault));
    }
    if (!names.knows(from)) {
        return reply(answer_code(*question, DnsCode::refused));
    }
    const std::size_t limit = stream ? kMaxMessage : std::min<std::size_t>(question->size, kMaxDatagram);
    if (auto bytes = own(names, from, *question, limit)) {
        return reply(std::move(*bytes));
    }
    if (ends_here(names, from, *question, host_ndots)) {
        return reply(answer_code(*question, DnsCode::no_error));
    }
    return {.what = DnsDecision::What::forward, .question = std::move(*question)};
}

} // namespace pontoon
