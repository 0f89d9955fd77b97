#include "tools/run/create_body.hpp"

namespace pontoon {

std::vector<Flag> create_flags() {
    using K = Flag::Kind;
    return {
        {"add-host", 0, K::list, "list", "Add a custom host-to-IP mapping (host:ip, host:host-gateway)"},
        {"dns", 0, K::list, "list", "Set custom DNS servers"},
        {"dns-option", 0, K::list, "list", "Set DNS options"},
        {"dns-search", 0, K::list, "list", "Set custom DNS search domains"},
        {"domainname", 0, K::text, "string", "Container NIS domain name"},
        {"env", 'e', K::list, "list", "Set environment variables"},
        {"env-file", 0, K::list, "list", "Read in a file of environment variables"},
        {"expose", 0, K::list, "list", "Expose a port or a range of ports"},
        {"hostname", 'h', K::text, "string", "Container host name"},
        {"interactive", 'i', K::boolean, "", "Keep STDIN open even if not attached"},
        {"ip", 0, K::text, "string", "IPv4 address (e.g., 172.30.100.104)"},
        {"ip6", 0, K::text, "string", "IPv6 address (e.g., 2001:db8::33)"},
        {"label", 'l', K::list, "list", "Set meta data on a container"},
        {"link", 0, K::list, "list", "Add link to another container"},
        {"link-env", 0, K::boolean, "", "Set the environment variables of links"},
        {"link-local-ip", 0, K::list, "list", "Container link-local addresses"},
        {"mac-address", 0, K::text, "string", "Container MAC address (e.g., 92:d0:c6:0a:29:33)"},
        {"name", 0, K::text, "string", "Assign a name to the container"},
        {"network", 0, K::list, "network",
         "Connect a container to a network: NAME, host, none, container:NAME, or "
         "name=NAME,alias=A,ip=A,mac-address=M,driver-opt=K=V,gw-priority=N"},
        {"network-alias", 0, K::list, "list", "Add network-scoped alias for the container"},
        {"publish", 'p', K::list, "list", "Publish a container's port(s) to the host"},
        {"publish-all", 'P', K::boolean, "", "Publish all exposed ports to random ports"},
        {"rm", 0, K::boolean, "", "Automatically remove the container when it exits"},
        {"tty", 't', K::boolean, "", "Allocate a pseudo-TTY"},
        {"workdir", 'w', K::text, "string", "Working directory inside the container"},
    };
}

} // namespace pontoon
