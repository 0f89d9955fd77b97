// What outlives the daemon: which endpoints are attached and which interfaces it made, in DIR/state.db (SQLite, WAL).
//
// An attachment is written before anything is made for it and marked before anything is taken away, so that the next
// daemon knows of what a killed one left half done. Only what is acknowledged to somebody waits for the disk.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "control/attachment.hpp"
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

    static constexpr int kSchema = 1;

    // In a directory that is there and locked. Throws std::runtime_error that names the file: it is corrupt, not
    // ours, or of a newer schema.
    explicit Store(const std::filesystem::path& directory);

    // All functions throw std::runtime_error that names the file, and then have changed nothing.
    [[nodiscard]] std::vector<Row> rows() const; // by name
    void put(const Attachment& attachment, Stage stage);
    void erase(const std::string& endpoint);

    // Names of the host's own interfaces.
    [[nodiscard]] std::vector<std::string> host_interfaces() const;
    void put_host_interface(const std::string& name);
    void erase_host_interface(const std::string& name);

private:
    void prepare();
    [[nodiscard]] Row row_of(const SqlRow& row) const;

    Database database_;
};

} // namespace pontoon
