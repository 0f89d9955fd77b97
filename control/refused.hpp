// A request that is not granted because of what it asks for, and not because something broke.
#pragma once

#include <stdexcept>
#include <string>

namespace pontoon {

class Refused : public std::runtime_error {
public:
    enum class Why {
        bad,         // it makes no sense
        missing,     // what it names is not there
        conflict,    // somebody else has what it wants
        forbidden,   // nobody may
        impossible,  // it makes sense, and cannot be done now: Docker's errors without a class
        unsupported, // we have no such thing
    };

    Refused(Why why, const std::string& message) : std::runtime_error(message), why_(why) {}

    [[nodiscard]] Why why() const { return why_; }

private:
    Why why_;
};

} // namespace pontoon
