// ldns. It takes `bool` for a macro of its own where nobody has said before that there is one.
#pragma once

#include <stdbool.h> // NOLINT: its macro is what ldns looks at

// In this order.
#include <ldns/ldns.h>
