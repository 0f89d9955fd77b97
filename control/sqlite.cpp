#include "control/sqlite.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace pontoon {

namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

int bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return sqlite3_bind_text(statement, index, text->data(), static_cast<int>(text->size()), SQLITE_TRANSIENT);
    }
    return sqlite3_bind_int64(statement, index, std::get<std::int64_t>(value));
}

} // namespace

std::string SqlRow::text(int column) const {
    const auto* text = sqlite3_column_text(statement_, column);
    return text == nullptr ? std::string()
                           : std::string(reinterpret_cast<const char*>(text),
                                         static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t SqlRow::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close(handle);
}

Database::Database(const std::filesystem::path& file) : file_(file.string()) {
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(file_.c_str(), &handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (result != SQLITE_OK) {
        fail(handle == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(handle));
    }
    sqlite3_busy_timeout(handle, 1000); // somebody may look at it with the sqlite3 command
}

void Database::run(const char* sql, const std::vector<SqlValue>& values,
                   const std::function<void(const SqlRow&)>& row) const {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(handle_.get(), sql, -1, &raw, nullptr) != SQLITE_OK) {
        fail(sqlite3_errmsg(handle_.get()));
    }
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
    int index = 0;
    for (const auto& value : values) {
        if (bind(raw, ++index, value) != SQLITE_OK) {
            fail(sqlite3_errmsg(handle_.get()));
        }
    }
    int result = SQLITE_DONE;
    while ((result = sqlite3_step(raw)) == SQLITE_ROW) {
        if (row) {
            row(SqlRow(raw));
        }
    }
    if (result != SQLITE_DONE) {
        fail(sqlite3_errmsg(handle_.get()));
    }
}

std::int64_t Database::number(const char* sql) const {
    std::int64_t number = 0;
    run(sql, {}, [&](const SqlRow& row) { number = row.number(0); });
    return number;
}

bool Database::is_in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

void Database::fail(const std::string& reason) const {
    throw std::runtime_error(file_ + ": " + reason);
}

} // namespace pontoon
