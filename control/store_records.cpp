// Networks, containers and settings in the store, and what is written together.
#include "control/json_reader.hpp"
#include "control/model/records_json.hpp"
#include "control/store.hpp"
#include "control/undo.hpp"

namespace pontoon {

void Store::transaction(const std::function<void()>& work) {
    database_.run("PRAGMA synchronous=FULL");
    database_.run("BEGIN IMMEDIATE");
    in_transaction_ = true;
    Undo undo;
    undo.later([this] {
        in_transaction_ = false;
        if (database_.is_in_transaction()) { // a full disk has ended it already
            database_.run("ROLLBACK");
        }
    });
    work();
    database_.run("COMMIT");
    undo.keep();
    in_transaction_ = false;
}

void Store::durably(const char* sql, const std::vector<SqlValue>& values) {
    if (!in_transaction_) {
        database_.run("PRAGMA synchronous=FULL");
    }
    database_.run(sql, values);
}

std::vector<NetworkRecord> Store::networks() const {
    std::vector<NetworkRecord> records;
    database_.run("SELECT id, record FROM networks ORDER BY id", {}, [&](const SqlRow& row) {
        try {
            records.push_back(network_from_json(row.text(1)));
        } catch (const InputError& bad) {
            database_.fail("network " + row.text(0) + ": " + bad.what());
        }
    });
    return records;
}

std::vector<ContainerRecord> Store::containers() const {
    std::vector<ContainerRecord> records;
    database_.run("SELECT id, record FROM containers ORDER BY id", {}, [&](const SqlRow& row) {
        try {
            records.push_back(container_from_json(row.text(1)));
        } catch (const InputError& bad) {
            database_.fail("container " + row.text(0) + ": " + bad.what());
        }
    });
    return records;
}

void Store::put(const NetworkRecord& record) {
    durably("INSERT OR REPLACE INTO networks VALUES (?, ?)", {record.id, to_json(record)});
}

void Store::put(const ContainerRecord& record) {
    durably("INSERT OR REPLACE INTO containers VALUES (?, ?)", {record.id, to_json(record)});
}

void Store::erase_network(const std::string& id) {
    durably("DELETE FROM networks WHERE id = ?", {id});
}

void Store::erase_container(const std::string& id) {
    durably("DELETE FROM containers WHERE id = ?", {id});
}

std::optional<std::string> Store::value(const std::string& name) const {
    std::optional<std::string> value;
    database_.run("SELECT value FROM settings WHERE name = ?", {name}, [&](const SqlRow& row) { value = row.text(0); });
    return value;
}

void Store::put_value(const std::string& name, const std::string& text) {
    durably("INSERT OR REPLACE INTO settings VALUES (?, ?)", {name, text});
}

} // namespace pontoon
