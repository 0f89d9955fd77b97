// Route netlink by libnl-route: objects that are freed with their owner, a socket, and the few requests that we make.
// Throws std::runtime_error with the reason; callers put the interface's name before it.
#pragma once

#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "dataplane/wire/address.hpp"

namespace pontoon {

struct NlFree {
    void operator()(nl_sock* socket) const { nl_socket_free(socket); }
    void operator()(nl_addr* address) const { nl_addr_put(address); }
    void operator()(nl_cache* cache) const { nl_cache_free(cache); }
    void operator()(rtnl_link* link) const { rtnl_link_put(link); }
    void operator()(rtnl_addr* address) const { rtnl_addr_put(address); }
    void operator()(rtnl_route* route) const { rtnl_route_put(route); }
};

template <typename Object>
using NlPtr = std::unique_ptr<Object, NlFree>;

// Throws what libnl says unless `result` is good (0 and more).
void check_nl(int result, const std::string& doing);
// Of an allocation.
template <typename Object>
NlPtr<Object> owned(Object* object) {
    if (object == nullptr) {
        throw std::bad_alloc();
    }
    return NlPtr<Object>(object);
}

[[nodiscard]] NlPtr<nl_addr> nl_address(Mac mac);
[[nodiscard]] NlPtr<nl_addr> nl_address(Ipv4 address, int length = 32);
// Nothing if it is null or of another family.
[[nodiscard]] std::optional<Ipv4> ipv4_of(const nl_addr* address);
[[nodiscard]] std::optional<Mac> mac_in(const nl_addr* address);

// A socket that hears the news of these groups (rtnetlink_groups) without ever waiting, in the namespace that the
// calling thread is in now.
[[nodiscard]] NlPtr<nl_sock> subscribed(std::initializer_list<rtnetlink_groups> groups);

// A socket in the namespace that the calling thread is in now.
class Netlink {
public:
    Netlink();

    [[nodiscard]] nl_sock* socket() const { return socket_.get(); }

    // Null if there is none.
    [[nodiscard]] NlPtr<rtnl_link> link(const std::string& name) const;
    [[nodiscard]] NlPtr<rtnl_link> link(int index) const;
    // Makes the link of `index` what `wanted` says, in one request.
    void change(int index, rtnl_link* wanted) const;
    void remove(int index) const;

    [[nodiscard]] NlPtr<nl_cache> addresses() const;
    // IPv4 addresses of one interface; an old kernel gives those of others too.
    [[nodiscard]] NlPtr<nl_cache> addresses_of(int index) const;
    [[nodiscard]] NlPtr<nl_cache> routes4() const;
    [[nodiscard]] NlPtr<nl_cache> neighbors() const;

private:
    [[nodiscard]] NlPtr<rtnl_link> link(int index, const char* name) const;

    NlPtr<nl_sock> socket_;
};

// Calls `use` with each object of a cache.
template <typename Object, typename Use>
void for_each(const NlPtr<nl_cache>& cache, Use&& use) {
    for (auto* object = nl_cache_get_first(cache.get()); object != nullptr; object = nl_cache_get_next(object)) {
        use(reinterpret_cast<Object*>(object)); // libnl's objects begin with an nl_object
    }
}

} // namespace pontoon
