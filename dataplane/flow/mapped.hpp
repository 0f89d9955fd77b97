// An array in memory of its own: zeroed, on huge pages where the kernel has them, and costing nothing before it is
// touched.
#pragma once

#include <cstddef>

namespace pontoon {

class MappedMemory {
public:
    // Throws std::bad_alloc.
    explicit MappedMemory(std::size_t bytes);
    MappedMemory(const MappedMemory&) = delete;
    MappedMemory& operator=(const MappedMemory&) = delete;
    ~MappedMemory();

    [[nodiscard]] void* get() const { return memory_; }

private:
    void* memory_;
    std::size_t bytes_;
};

template <typename T>
class Mapped {
public:
    explicit Mapped(std::size_t count) : memory_(count * sizeof(T)), data_(static_cast<T*>(memory_.get())) {}

    [[nodiscard]] T& operator[](std::size_t index) const { return data_[index]; }

private:
    MappedMemory memory_;
    T* data_;
};

} // namespace pontoon
