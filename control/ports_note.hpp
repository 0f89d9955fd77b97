// A note about ports that we entered in a list of the kernel's, for the next daemon if this one is killed: a file in
// /run, so that it is gone after a boot, as the list is.
#pragma once

#include <bitset>
#include <optional>
#include <string>

namespace pontoon {

using PortBits = std::bitset<65536>;

class PortsNote {
public:
    // An empty name: nothing is noted, and nothing was.
    explicit PortsNote(std::string file) : file_(std::move(file)) {}

    [[nodiscard]] std::optional<PortBits> read() const; // nothing if there is none, or it cannot be understood
    // No ports: the file goes. What cannot be written is not there: then a killed daemon's ports may stay in the list.
    void write(const PortBits& ports) const noexcept;

private:
    std::string file_;
};

// /run/pontoon/reserved-ports.INTERFACE.COOKIE, by the cookie of the calling thread's network namespace (no other gets
// the same until the next boot). Empty where the kernel gives none (before Linux 5.14).
[[nodiscard]] std::string ports_note_file(const std::string& interface);

} // namespace pontoon
