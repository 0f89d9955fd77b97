// Network namespaces of a test's own, and what `ip` and other commands see in them.
#pragma once

#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <thread>

#include "control/netns.hpp"

namespace pontoon {

// A new namespace with nothing in it but a loopback device that is down. It ends with the object and its interfaces.
[[nodiscard]] NetNs new_namespace();

// What a shell command prints when it runs in `netns`. Throws std::runtime_error with what it printed if it fails.
std::string shell(const NetNs& netns, const std::string& command);
// `ip -j -d ARGUMENTS`, always an array.
[[nodiscard]] boost::json::array ip(const NetNs& netns, const std::string& arguments);

// Calls `work` with the calling thread in a new namespace, which stands for the host's.
void in_a_host(const std::function<void(const NetNs& host)>& work);

} // namespace pontoon
