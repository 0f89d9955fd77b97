// What outlives the daemon: networks, containers, which endpoints are attached and which interfaces it made, in
// DIR/state.db (SQLite, WAL).
//
// An attachment is written before anything is made for it and marked before anything is taken away, so that the next
// daemon knows of what a killed one left half done. Only what is acknowledged to somebody waits for the disk.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "control/model/records.hpp"
#include "control/sqlite.hpp"

namespace pontoon {

class Store {
public:
    enum class Stage {
        coming,  // being made, nobody was told
        there,   // acknowledged
        leaving, // acknowledged to be gone, its interface may be there still
    };

    struct Row {
        Attachment attachment;
        Stage stage = Stage::there;
    };

    static constexpr int kSchema = 2;

    // In a directory that is there and locked. Throws std::runtime_error that names the file: it is corrupt, not
    // ours, or of a newer schema.
    explicit Store(const std::filesystem::path& directory);

    // All functions throw std::runtime_error that names the file, and then have changed nothing.
    [[nodiscard]] std::vector<Row> rows() const; // by name
    void put(const Attachment& attachment, Stage stage);
    void erase(const std::string& endpoint);

    // All that `work` writes is on the disk when this returns, or, if it throws, none of it. Not within another.
    void transaction(const std::function<void()>& work);

    // By id. A change waits for the disk, by itself or with its transaction.
    [[nodiscard]] std::vector<NetworkRecord> networks() const;
    [[nodiscard]] std::vector<ContainerRecord> containers() const;
    void put(const NetworkRecord& record);
    void put(const ContainerRecord& record);
    void erase_network(const std::string& id);
    void erase_container(const std::string& id);

    // What else has to be remembered, by name.
    [[nodiscard]] std::optional<std::string> value(const std::string& name) const;
    void put_value(const std::string& name, const std::string& text);

    // Names of the host's own interfaces.
    [[nodiscard]] std::vector<std::string> host_interfaces() const;
    void put_host_interface(const std::string& name);
    void erase_host_interface(const std::string& name);

private:
    void prepare();
    void durably(const char* sql, const std::vector<SqlValue>& values);
    [[nodiscard]] Row row_of(const SqlRow& row) const;

    Database database_;
    bool in_transaction_ = false;
};

} // namespace pontoon
