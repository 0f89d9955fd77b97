#include "control/store.hpp"

#include <fmt/format.h>

#include <expected>
#include <span>
#include <sstream>

#include "control/publish_spec.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr const char* kTablesInOrder[] = {
    R"(CREATE TABLE endpoints (
    name TEXT PRIMARY KEY, stage INTEGER NOT NULL, network TEXT NOT NULL, ipv4 TEXT NOT NULL, mac TEXT NOT NULL,
    publishes TEXT NOT NULL, netns_path TEXT NOT NULL, netns_pid INTEGER NOT NULL, netns_device INTEGER NOT NULL,
    netns_inode INTEGER NOT NULL, interface TEXT NOT NULL, kind TEXT NOT NULL) WITHOUT ROWID)",
    "CREATE TABLE host_interfaces (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE networks (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE containers (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
};
constexpr std::span<const char* const> kTables(kTablesInOrder);
constexpr std::size_t kTablesOfSchema1 = 2;

std::string joined(const std::vector<Publish>& publishes) {
    std::string text;
    for (const auto& publish : publishes) {
        text += (text.empty() ? "" : " ") + to_spec(publish);
    }
    return text;
}

std::vector<Publish> split(const std::string& text, const std::string& endpoint) {
    std::vector<Publish> publishes;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto spec = parse_publish_spec(word);
        publishes.push_back({spec.host_ip, spec.host_ports.value_or(PortRange{}), spec.protocol, endpoint, spec.ports});
    }
    return publishes;
}

template <typename T>
T parsed(const std::string& text) {
    const auto value = T::parse(text);
    if (!value) {
        throw Refused(Refused::Why::bad, value.error());
    }
    return *value;
}

} // namespace

Store::Store(const std::filesystem::path& directory) : database_(directory / "state.db") {
    prepare();
}

void Store::prepare() {
    std::string check;
    database_.run("PRAGMA quick_check(1)", {}, [&](const SqlRow& row) { check = row.text(0); });
    if (check != "ok") {
        database_.fail("corrupt: " + check);
    }
    const auto schema = database_.number("PRAGMA user_version");
    if (schema > kSchema) {
        database_.fail(fmt::format("written by a newer pontoond (schema {}, this one knows {})", schema, kSchema));
    }
    if (schema == 0 && database_.number("SELECT count(*) FROM sqlite_master") != 0) {
        database_.fail("not a pontoond's");
    }
    database_.run("PRAGMA journal_mode=WAL");
    if (schema < kSchema) {
        database_.run("BEGIN IMMEDIATE");
        for (const char* const table : schema == 0 ? kTables : kTables.subspan(kTablesOfSchema1)) {
            database_.run(table);
        }
        database_.run(fmt::format("PRAGMA user_version={}", kSchema).c_str());
        database_.run("COMMIT");
    }
}

Store::Row Store::row_of(const SqlRow& row) const {
    Row read;
    auto& attachment = read.attachment;
    auto& endpoint = attachment.endpoint;
    endpoint.name = row.text(0);
    try {
        read.stage = static_cast<Stage>(row.number(1));
        endpoint.network = row.text(2);
        endpoint.ipv4 = parsed<Ipv4>(row.text(3));
        endpoint.mac = parsed<Mac>(row.text(4));
        attachment.publishes = split(row.text(5), endpoint.name);
    } catch (const Refused& bad) {
        database_.fail("endpoint " + endpoint.name + ": " + bad.what());
    }
    attachment.place = {row.text(6),
                        static_cast<pid_t>(row.number(7)),
                        {static_cast<dev_t>(row.number(8)), static_cast<ino_t>(row.number(9))}};
    attachment.interface = row.text(10);
    attachment.kind = row.text(11) == "veth" ? AttachKind::veth : AttachKind::tap;
    return read;
}

std::vector<Store::Row> Store::rows() const {
    std::vector<Row> rows;
    database_.run(
        "SELECT name, stage, network, ipv4, mac, publishes, netns_path, netns_pid, netns_device, netns_inode, "
        "interface, kind FROM endpoints ORDER BY name",
        {}, [&](const SqlRow& row) { rows.push_back(row_of(row)); });
    return rows;
}

void Store::put(const Attachment& attachment, Stage stage) {
    const auto& endpoint = attachment.endpoint;
    const auto& place = attachment.place;
    if (!in_transaction_) {
        database_.run(stage == Stage::coming ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL");
    }
    database_.run("INSERT OR REPLACE INTO endpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  {endpoint.name, static_cast<std::int64_t>(stage), endpoint.network, endpoint.ipv4.to_string(),
                   endpoint.mac.to_string(), joined(attachment.publishes), place.path,
                   static_cast<std::int64_t>(place.pid), static_cast<std::int64_t>(place.id.device),
                   static_cast<std::int64_t>(place.id.inode), attachment.interface,
                   attachment.kind == AttachKind::veth ? "veth" : "tap"});
}

void Store::erase(const std::string& endpoint) {
    if (!in_transaction_) {
        database_.run("PRAGMA synchronous=NORMAL");
    }
    database_.run("DELETE FROM endpoints WHERE name = ?", {endpoint});
}

std::vector<std::string> Store::host_interfaces() const {
    std::vector<std::string> names;
    database_.run("SELECT name FROM host_interfaces ORDER BY name", {},
                  [&](const SqlRow& row) { names.push_back(row.text(0)); });
    return names;
}

// What is lost with the power is lost with the interface.
void Store::put_host_interface(const std::string& name) {
    if (!in_transaction_) {
        database_.run("PRAGMA synchronous=NORMAL");
    }
    database_.run("INSERT OR REPLACE INTO host_interfaces VALUES (?)", {name});
}

void Store::erase_host_interface(const std::string& name) {
    if (!in_transaction_) {
        database_.run("PRAGMA synchronous=NORMAL");
    }
    database_.run("DELETE FROM host_interfaces WHERE name = ?", {name});
}

} // namespace pontoon
