// What a fragment table should do, as anybody can check it: every byte that was seen, in a set. It knows no bounds but
// those of one packet, and forgets at once what is over time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "dataplane/ip/fragments.hpp"

namespace pontoon {

struct FragmentPiece {
    unsigned offset;
    unsigned length;
    bool more;
};

class FragmentModel {
public:
    using Outcome = FragmentTable::Outcome;
    using GivenUp = std::set<std::tuple<rte_mbuf*, PortId, Reason>>;

    Outcome resolve(std::size_t id, const FragmentPiece& piece, FlowPorts ports, rte_mbuf* mbuf, PortId in,
                    Nanoseconds now) {
        expire(now);
        auto& packet = packets_.try_emplace(id, Packet{now, {}, false, {}, 0, {}}).first->second;
        const Reason reason = refusal(packet, piece);
        if (reason != Reason::none) {
            return {Outcome::Kind::dropped, {}, reason};
        }
        note(packet, piece);
        if (piece.offset == 0) {
            packet.ports = ports;
            ready.assign(packet.waiting.begin(), packet.waiting.end());
            packet.waiting.clear();
        } else if (!packet.ports) {
            packet.waiting.push_back({mbuf, in, now});
            return {Outcome::Kind::held, {}, Reason::none};
        }
        const Outcome outcome{Outcome::Kind::ports, *packet.ports, Reason::none};
        if (packet.end != 0 && packet.bytes.size() == packet.end) {
            packets_.erase(id);
        }
        return outcome;
    }

    void expire(Nanoseconds now) {
        for (auto packet = packets_.begin(); packet != packets_.end();) {
            const bool over = now - packet->second.began >= 30'000'000'000;
            give_up(packet->second, Reason::fragment_timeout,
                    [&](const Waiting& piece) { return over || now - piece.since >= 1'000'000'000; });
            packet = over ? packets_.erase(packet) : std::next(packet);
        }
    }

    [[nodiscard]] std::size_t packets() const { return packets_.size(); }
    [[nodiscard]] std::size_t waiting() const {
        std::size_t count = 0;
        for (const auto& [id, packet] : packets_) {
            count += packet.waiting.size();
        }
        return count;
    }

    struct Waiting {
        rte_mbuf* mbuf;
        PortId in;
        Nanoseconds since;
    };
    std::vector<Waiting> ready; // since the last first piece
    GivenUp given_up;

private:
    struct Packet {
        Nanoseconds began;
        std::optional<FlowPorts> ports;
        bool poisoned;
        std::set<unsigned> bytes;
        unsigned end; // 0: not known
        std::vector<Waiting> waiting;
    };

    template <typename Which>
    void give_up(Packet& packet, Reason reason, Which which) {
        std::erase_if(packet.waiting, [&](const Waiting& piece) {
            const bool chosen = which(piece);
            if (chosen) {
                given_up.emplace(piece.mbuf, piece.in, reason);
            }
            return chosen;
        });
    }

    static void note(Packet& packet, const FragmentPiece& piece) {
        for (unsigned byte = piece.offset; byte < piece.offset + piece.length; ++byte) {
            packet.bytes.insert(byte);
        }
        packet.end = piece.more ? packet.end : piece.offset + piece.length;
    }

    Reason refusal(Packet& packet, const FragmentPiece& piece) {
        const unsigned end = piece.offset + piece.length;
        unsigned known = 0;
        for (unsigned byte = piece.offset; byte < end; ++byte) {
            known += packet.bytes.contains(byte) ? 1 : 0;
        }
        const bool behind = packet.end != 0 && (piece.more ? end > packet.end : end != packet.end);
        const bool before = !piece.more && !packet.bytes.empty() && *packet.bytes.rbegin() >= end;
        if (packet.poisoned || behind || before || (known != 0 && known != piece.length)) {
            packet.poisoned = true;
            give_up(packet, Reason::fragment_overlap, [](const Waiting&) { return true; });
            return Reason::fragment_overlap;
        }
        if (known != 0) {
            return Reason::fragment_duplicate;
        }
        Packet then = packet;
        note(then, piece);
        unsigned runs = 0;
        for (const auto byte : then.bytes) {
            runs += then.bytes.contains(byte - 1) ? 0 : 1;
        }
        const bool crowded = piece.offset != 0 && !packet.ports && packet.waiting.size() == 16;
        return crowded || runs > 16 ? Reason::fragment_table_full : Reason::none;
    }

    std::map<std::size_t, Packet> packets_;
};

} // namespace pontoon
