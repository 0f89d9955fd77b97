#include "control/interface.hpp"

#include "control/interface_setup.hpp"
#include "control/netlink.hpp"

namespace pontoon {

bool has_interface(const NetNs& netns, const std::string& name) {
    return netns.run([&] { return for_interface(name, [&] { return Netlink().link(name) != nullptr; }); });
}

std::string free_interface_name(const NetNs& netns, const std::string& prefix, const std::set<std::string>& taken) {
    return netns.run([&] {
        const Netlink netlink;
        for (unsigned number = 0;; ++number) {
            auto name = prefix + std::to_string(number);
            check_interface_name(name);
            if (!taken.contains(name) && netlink.link(name) == nullptr) {
                return name;
            }
        }
    });
}

bool remove_interface(const NetNs& netns, const std::string& name) {
    return netns.run([&] {
        return for_interface(name, [&] {
            const Netlink netlink;
            const auto link = netlink.link(name);
            if (link != nullptr) {
                netlink.remove(rtnl_link_get_ifindex(link.get()));
            }
            return link != nullptr;
        });
    });
}

} // namespace pontoon
