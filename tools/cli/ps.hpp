// `pontoon ps`: the list of containers.
#pragma once

#include <boost/json.hpp>

#include "tools/cli/times.hpp"
#include "tools/cli/verb.hpp"

namespace pontoon {

[[nodiscard]] Verb ps_verb();

// One of GET /containers/json as the fields of the list. `whole`: nothing is shortened.
[[nodiscard]] boost::json::object ps_row(const boost::json::value& container, Moment now, bool whole);

} // namespace pontoon
