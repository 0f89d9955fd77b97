// Things with an id of 64 hexadecimal digits and a unique name, found as Docker finds them (docker-behaviours N-053):
// by whole id, else by name, else by the beginning of an id. Looking and changing cost the logarithm of their number.
#pragma once

#include <iterator>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace pontoon {

template <typename Record>
class Registry {
public:
    enum class Found { one, none, several };

    [[nodiscard]] const std::map<std::string, Record>& all() const { return by_id_; } // by id
    [[nodiscard]] bool empty() const { return by_id_.empty(); }
    [[nodiscard]] std::size_t size() const { return by_id_.size(); }

    [[nodiscard]] const Record* by_id(const std::string& id) const {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const Record* by_name(const std::string& name) const {
        const auto found = names_.find(name);
        return found == names_.end() ? nullptr : by_id(found->second);
    }
    // How many ids begin with `prefix`.
    [[nodiscard]] std::size_t count(const std::string& prefix) const {
        std::size_t matches = 0;
        for (auto at = by_id_.lower_bound(prefix); at != by_id_.end() && at->first.starts_with(prefix); ++at) {
            ++matches;
        }
        return matches;
    }
    // `key` is an id, a name or the beginning of an id; null where there is none, or several.
    [[nodiscard]] std::pair<const Record*, Found> find(const std::string& key) const {
        if (const auto* record = by_id(key)) {
            return {record, Found::one};
        }
        if (const auto* record = by_name(key)) {
            return {record, Found::one};
        }
        const auto first = by_id_.lower_bound(key);
        if (key.empty() || first == by_id_.end() || !first->first.starts_with(key)) {
            return {nullptr, Found::none};
        }
        const auto second = std::next(first);
        const bool several = second != by_id_.end() && second->first.starts_with(key);
        return several ? std::pair{static_cast<const Record*>(nullptr), Found::several}
                       : std::pair{&first->second, Found::one};
    }

    // Adds it, or takes the place of the one with its id. Names must stay unique.
    const Record& put(Record record) {
        const std::string id = record.id;
        erase(id);
        names_[record.name] = id;
        return by_id_.insert_or_assign(id, std::move(record)).first->second;
    }
    void erase(const std::string& id) {
        if (const auto found = by_id_.find(id); found != by_id_.end()) {
            names_.erase(found->second.name);
            by_id_.erase(found);
        }
    }

private:
    std::map<std::string, Record> by_id_;
    std::unordered_map<std::string, std::string> names_; // to ids
};

} // namespace pontoon
