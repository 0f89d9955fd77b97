#include "dataplane/flow/mapped.hpp"

#include <sys/mman.h>

#include <new>

namespace pontoon {

MappedMemory::MappedMemory(std::size_t bytes) : bytes_(bytes) {
    memory_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory_ == MAP_FAILED) {
        throw std::bad_alloc();
    }
    madvise(memory_, bytes_, MADV_HUGEPAGE); // where there are none it does without
}

MappedMemory::~MappedMemory() {
    munmap(memory_, bytes_);
}

} // namespace pontoon
