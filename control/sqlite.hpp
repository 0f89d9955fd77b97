// SQLite, as much as we need: a database that closes itself and statements whose parameters are bound in order.
// Everything throws std::runtime_error: "FILE: reason".
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace pontoon {

using SqlValue = std::variant<std::int64_t, std::string>;

// The row that a statement stands on; columns count from 0.
class SqlRow {
public:
    explicit SqlRow(sqlite3_stmt* statement) : statement_(statement) {}
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t number(int column) const;

private:
    sqlite3_stmt* statement_;
};

class Database {
public:
    explicit Database(const std::filesystem::path& file);

    // Runs one statement; calls `row` for each row.
    void run(const char* sql, const std::vector<SqlValue>& values = {},
             const std::function<void(const SqlRow&)>& row = {}) const;
    [[nodiscard]] std::int64_t number(const char* sql) const; // the first column of the first row, or 0
    [[nodiscard]] bool is_in_transaction() const;
    [[noreturn]] void fail(const std::string& reason) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    std::string file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

} // namespace pontoon
