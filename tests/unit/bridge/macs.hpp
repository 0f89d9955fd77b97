// Station addresses for tests of the FDB.
#pragma once

#include <vector>

#include "dataplane/bridge/fdb.hpp"

namespace pontoon {

inline Fdb::Key key_of(const Fdb& fdb, Mac mac) {
    return fdb.key_of(mac.bits());
}

inline Mac station(std::uint64_t number) {
    Mac mac{{0x02, 0x42}};
    for (std::size_t i = 0; i < 4; ++i) {
        mac.bytes[5 - i] = static_cast<std::uint8_t>(number >> 8 * i);
    }
    return mac;
}

// True if two stations meet in one set: then one does not fit where the other is eight times.
inline bool meet(const Fdb& fdb, Mac one, Mac other) {
    std::vector<Fdb::Static> statics(Fdb::kWays, {one, 1});
    statics.push_back({other, 1});
    return !fdb.fits(statics);
}

// `count` stations that meet in one set.
inline std::vector<Mac> meeting(const Fdb& fdb, std::size_t count) {
    std::vector<Mac> found{station(0)};
    for (unsigned number = 1; found.size() < count && number < 100'000'000; ++number) {
        if (meet(fdb, station(0), station(number))) {
            found.push_back(station(number));
        }
    }
    return found;
}

} // namespace pontoon
