// Numbers that a case cannot know beforehand, such as the port that a flow gets: `$p` in a frame's text. It stands for
// one of the NAT ports, for the one of the first expected frame that has it, and for the same from there on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/config.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/names.hpp"

namespace pontoon::test {

// The frames of a text, or the text itself while it names variables.
struct FrameText {
    std::vector<Bytes> frames;
    std::string text{}; // empty: there are no variables in it
    Names names{};
};

// Throws BadText.
[[nodiscard]] FrameText read_frames(std::string_view text, const Names& names);

class Variables {
public:
    // What an unknown variable may be from now on.
    void set_ports(const Config& config);

    // The frames with what is known. Throws BadText if a variable is not.
    [[nodiscard]] std::vector<Bytes> frames(const FrameText& text) const;

    // What `text` has to be if `actual` is to be what it means: unknown variables get values from `actual`, if there
    // are any for which both are equal. Else they stay unknown.
    [[nodiscard]] std::vector<Bytes> meet(const FrameText& text, const Bytes& actual);

private:
    [[nodiscard]] bool is_port(std::uint16_t port) const;
    [[nodiscard]] bool bind(const FrameText& text, const Bytes& actual,
                            std::map<std::string, std::uint16_t>& known) const;

    std::vector<PortRange> ports_;
    std::map<std::string, std::uint16_t> known_;
};

} // namespace pontoon::test
