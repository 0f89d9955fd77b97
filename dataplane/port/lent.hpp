// Buffers that a device has: which they are, so that those it never gives back can be freed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

struct rte_mbuf;

namespace pontoon {

class Lent {
public:
    // Room for `most` buffers.
    explicit Lent(std::uint32_t most);
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    ~Lent(); // frees what is still lent; the device must not use it any more

    // How many more can be lent.
    [[nodiscard]] std::size_t room() const { return free_.size(); }

    // Notes in the buffer (hash.usr) where it stands here: it has one owner. There is room.
    void lend(rte_mbuf* buffer);
    // The device gave it back.
    void take_back(rte_mbuf* buffer);

private:
    std::vector<rte_mbuf*> lent_;
    std::vector<std::uint32_t> free_; // places
};

} // namespace pontoon
