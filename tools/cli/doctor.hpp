// `pontoon doctor`: why can my container not reach the outside?
#pragma once

#include "tools/cli/verb.hpp"

namespace pontoon {

[[nodiscard]] Verb doctor_verb();

} // namespace pontoon
