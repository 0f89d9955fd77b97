// The words of one layer, such as `172.18.0.2 > 172.18.0.3 ttl 64 df`: taken one by one, by position or by name, until
// none is left.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.hpp"

namespace pontoon::test {

// A text that does not say what it should. Whoever knows file and line puts them before it.
class BadText : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Cuts `text` at blanks; a part in double quotes stays whole.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

// Decimal, or hexadecimal behind 0x.
[[nodiscard]] std::uint64_t parse_number(std::string_view text, std::uint64_t most);

// Hexadecimal digits; blanks, ':' and '.' between them do not count.
[[nodiscard]] Bytes parse_hex(std::string_view text);

class Words {
public:
    // `key=value` counts as the two words `key value`.
    explicit Words(std::string_view text);

    [[nodiscard]] bool empty() const { return words_.empty(); }
    // The next word, which has to be there: it is `what`.
    std::string next(std::string_view what);
    // Takes the next word, which has to be `word`.
    void expect(std::string_view word);
    // Takes `word` wherever it stands; false if it stands nowhere.
    bool flag(std::string_view word);
    // Takes `key` and the word behind it.
    std::optional<std::string> value(std::string_view key);
    std::optional<std::uint64_t> number(std::string_view key, std::uint64_t most);
    // `options HEX`, zeros appended up to a multiple of `unit` bytes.
    Bytes options(std::size_t unit);
    // Fails if words are left that nobody understood.
    void end() const;

private:
    std::vector<std::string> words_;
};

} // namespace pontoon::test
