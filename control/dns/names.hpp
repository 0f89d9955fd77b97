// Who is called what on which network (docker-behaviours 7.5): what the DNS server answers from. The control thread
// changes it, the DNS thread asks; a change is seen by the next question.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "control/model/state.hpp"

namespace pontoon {

struct NameTable; // names.cpp

class Names {
public:
    Names();
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;
    ~Names();

    // The container as it is now takes the place of what was known of it; one that does not run has no names.
    void put(const State& state, const ContainerRecord& container);
    void erase(const std::string& container_id);

private:
    std::unique_ptr<NameTable> table_;
};

} // namespace pontoon
