"""Rows N-151 to N-180 with containers that stand by: what is refused, in which words, and what is not. As the tables of
tables.py; words that begin with `pontoon` are our own command's, where Docker's would want an image."""

from tables import new_only

ERROR = "Error response from daemon: "
OURS = "pontoon: " + ERROR
CONFLICT = OURS + "conflicting options: "
OTHER = ("container sharing network namespace with another container or host cannot be connected to any other network\n")
NONE = "container cannot be connected to multiple networks with one of the networks in private (none) mode\n"
DEPRECATED = "~ID\nWARNING: Links on the default bridge network are deprecated.*\n"
DRIVER = "failed to set up container networking: driver failed programming external connectivity on endpoint "


def made(row, *words):
    return (row, ["pontoon", "create", *words, "true"], "ID\n", 0)


def runs(row, *words):
    return (row, ["pontoon", "run", "-d", *words, "sleep", "600"], "ID\n", 0)


def refused(row, message, *words, verb="create"):
    """Options that create, or run, is refused with."""
    return (row, ["pontoon", verb, *words, "true"], message + "\n", 125)


def conflict(row, message, *words):
    return refused("N-173 " + row, CONFLICT + message, "--network", "container:up", *words)


def connect(row, answer, *words, verb="connect"):
    return (row, ["network", verb, *words], ERROR + answer if answer else "", 1 if answer else 0)


STAND = [
    *[("network " + words[-1], ["network", "create", "--subnet", *words], "ID\n", 0) for words in (
        ("10.50.0.0/24", "web"), ("10.51.0.0/24", "app"), ("10.52.0.0/29", "tiny"),
        ("10.53.0.0/24", "--internal", "inside"))],
    ("a network without a subnet of one's own", ["network", "create", "auto"], "ID\n", 0),
    ("a configuration", ["network", "create", "--config-only", "config"], "ID\n", 0),
    runs("a container that runs", "--name", "up", "--network", "web"),
    runs("one on the default network", "--name", "plain", "-p", "8080:80"),
    runs("one of the host's network", "--name", "hosty", "--network", "host"),
    runs("one of another one's network", "--name", "sharer", "--network", "container:up"),
    made("one that does not run", "--name", "made", "--network", "web"),
    made("one without a network", "--name", "lonely", "--network", "none"),
]

REMOVE = [
    ("N-151", ["network", "rm", "web"], "~" + ERROR + "error while removing network: network web has active endpoints "
     "\\(name:\"up\" id:\"SHORT\"\\)\n.*", 1),
    made("N-153", "--name", "still", "--network", "app"),
    ("N-153 succeeds", ["network", "rm", "app"], "app\n", 0),
    ("N-153, N-172 it cannot start then", ["pontoon", "start", "still"], ERROR + "network app not found\n", 1),
    ("N-153 another one of that name", ["network", "create", "--subnet", "10.51.0.0/24", "app"], "ID\n", 0),
    ("N-153 is its network", ["pontoon", "start", "still"], "still\n", 0),
    ("rm", ["pontoon", "rm", "-f", "still"], "still\n", 0),
]

ADDRESSES = [
    connect("N-154", "invalid endpoint settings:\nuser-specified IP address is supported on user-defined networks only\n",
            "--ip", "172.17.0.9", "bridge", "up"),
    refused("N-154, N-162", OURS + "invalid config for network bridge: invalid endpoint settings:\n"
            "user-specified IP address is supported on user-defined networks only", "--ip", "172.17.0.9"),
    connect("N-155", "", "--ip", "172.18.0.9", "auto", "up"),
    ("N-155 is what it has", ["inspect", "-f", "{{.NetworkSettings.Networks.auto.IPAddress}}", "up"], "172.18.0.9\n", 0),
    connect("N-155 and away", "", "auto", "up", verb="disconnect"),
    connect("N-155 outside", "invalid endpoint settings:\nno configured subnet contains IP address 172.19.0.9\n",
            "--ip", "172.19.0.9", "auto", "up"),
    connect("N-156", "invalid endpoint settings:\nno configured subnet contains IP address 10.99.0.1\n",
            "--ip", "10.99.0.1", "app", "up"),
    refused("N-156, N-162", OURS + "invalid config for network web: invalid endpoint settings:\n"
            "no configured subnet contains IP address 10.51.0.9", "--network", "web", "--ip", "10.51.0.9"),
    made("N-157 is created", "--name", "taken", "--network", "web", "--ip", "10.50.0.2"),
    ("N-157", ["pontoon", "start", "taken"], ERROR + "Address already in use\n", 1),
    ("N-157 stays", ["inspect", "-f", "{{.State.Status}} {{.State.Error}}", "taken"],
     "created Address already in use\n", 0),
    connect("N-157 live", "Address already in use\n", "--ip", "10.50.0.2", "web", "plain"),
    connect("I-027 the gateway's", "Address already in use\n", "--ip", "10.50.0.1", "web", "plain"),
    connect("I-021 the network's", "Address already in use\n", "--ip", "10.50.0.0", "web", "plain"),
    connect("I-021 the broadcast's", "Address already in use\n", "--ip", "10.50.0.255", "web", "plain"),
    *[runs(f"I-031 {number}", "--name", f"tiny{number}", "--network", "tiny") for number in range(5)],
    refused("N-158", OURS + "no available IPv4 addresses on this network's address pools: tiny (ID)", "--network", "tiny",
            "--rm", verb="run"),
    ("rm", ["pontoon", "rm", "-f", "taken", *(f"tiny{n}" for n in range(5))],
     "taken\n" + "".join(f"tiny{n}\n" for n in range(5)), 0),
    connect("N-159", "invalid endpoint settings:\nnetwork-scoped aliases are only supported for user-defined networks\n",
            "--alias", "x", "bridge", "up"),
    connect("N-154, N-159 both", "invalid endpoint settings:\nuser-specified IP address is supported on user-defined "
            "networks only\nnetwork-scoped aliases are only supported for user-defined networks\n",
            "--ip", "172.17.0.9", "--alias", "x", "bridge", "up"),
    connect("N-160", "invalid IPv4 address: junk\n", "--ip", "junk", "app", "up"),
    connect("N-160 of the other kind", "invalid IPv4 address: fd00::1\n", "--ip", "fd00::1", "app", "up"),
    connect("N-160 IPv6", "invalid IPv6 address: junk\n", "--ip6", "junk", "app", "up"),
    connect("N-160 with a zone", "invalid IPv6 address: fe80::1%eth0\n", "--ip6", "fe80::1%eth0", "app", "up"),
    connect("N-160 link-local", "invalid link-local IP address: junk\n", "--link-local-ip", "junk", "app", "up"),
    connect("N-161", "pontoon gives no link-local addresses: 169.254.7.7\n", "--link-local-ip", "169.254.7.7", "app", "up"),
    connect("N-160 mapped", "", "--ip", "::ffff:10.51.0.7", "app", "up"),
    ("N-160 mapped is that", ["inspect", "-f", "{{.NetworkSettings.Networks.app.IPAddress}}", "up"], "10.51.0.7\n", 0),
    connect("N-160 and away", "", "app", "up", verb="disconnect"),
]

MODES = [
    connect("N-163", "cannot connect container to host network - container must be created in host network mode\n",
            "host", "up"),
    connect("N-163 stopped", "cannot connect container to host network - container must be created in host network mode\n",
            "host", "made"),
    connect("N-163 disconnect", "cannot disconnect container from host network - container was created in host network "
            "mode\n", "host", "hosty", verb="disconnect"),
    connect("N-164 host", OTHER, "web", "hosty"),
    connect("N-164 container", OTHER, "app", "sharer"),
    connect("N-165 none to it", NONE, "none", "up"),
    connect("N-165 it to another", NONE, "web", "lonely"),
    connect("N-166", "container ID is not connected to network app\n", "app", "up", verb="disconnect"),
    connect("N-166 stopped", "container ID is not connected to the network app\n", "app", "made", verb="disconnect"),
    connect("N-166 no network", "network nothing not found\n", "nothing", "up", verb="disconnect"),
    connect("C-007", "endpoint gone not found\n", "-f", "web", "gone", verb="disconnect"),
    connect("N-168", "endpoint with name up already exists in network web\n", "web", "up"),
    connect("N-168 stopped", "", "--ip", "10.50.0.77", "web", "made"),
    ("N-168 is what it was", ["inspect", "-f", "{{json .NetworkSettings.Networks.web.IPAMConfig}}", "made"], "null\n", 0),
    connect("N-169", "cannot create endpoint on configuration-only network\n", "config", "up"),
    made("N-169 is created", "--name", "configured", "--network", "config"),
    ("N-169 start", ["pontoon", "start", "configured"],
     ERROR + "cannot create endpoint on configuration-only network\n", 1),
    ("rm", ["pontoon", "rm", "configured"], "configured\n", 0),
    refused("N-172", OURS + "network nothing not found", "--network", "nothing"),
    connect("N-172 live", "network nothing not found\n", "nothing", "up"),
    connect("C-003 is not asked for before the start", "", "nothing", "made"),
    ("C-003", ["pontoon", "start", "made"], ERROR + "network nothing not found\n", 1),
    connect("C-003 and away", "", "nothing", "made", verb="disconnect"),
    ("C-003 starts", ["pontoon", "start", "made"], "made\n", 0),
    conflict("hostname", "hostname and the network mode", "--hostname", "x"),
    conflict("links", "container type network can't be used with links. This would result in undefined behavior",
             "--link", "plain:x"),
    conflict("dns", "dns and the network mode", "--dns", "1.1.1.1"),
    conflict("add-host", "custom host-to-IP mapping and the network mode", "--add-host", "a:1.1.1.1"),
    conflict("publish", "port publishing and the container type network mode", "-p", "80"),
    conflict("publish all", "port publishing and the container type network mode", "-P"),
    conflict("expose", "port exposing and the container type network mode", "--expose", "80"),
    refused("N-173 nobody", OURS + "invalid network mode: invalid container format container:<name|id>",
            "--network", "container:"),
    refused("N-174", CONFLICT + "host type networking can't be used with links. This would result in undefined behavior",
            "--network", "host", "--link", "plain:x"),
    ("N-175", ["pontoon", "create", "--network", "host", "-p", "80:80", "true"],
     "ID\nWARNING: Published ports are discarded when using host network mode\n", 0),
    made("another one that does not run", "--name", "quiet"),
    refused("N-176 not running", OURS + "cannot join network namespace of a non running container: container quiet is "
            "created", "--network", "container:quiet", verb="run"),
    refused("N-176 missing", OURS + "joining network namespace of container: No such container: nobody",
            "--network", "container:nobody", verb="run"),
    refused("N-176 self", OURS + "cannot join own network namespace", "--name", "self", "--network", "container:self",
            verb="run"),
]

PORTS = [
    ("N-170", ["pontoon", "run", "--name", "late", "-p", "8080:80", "true"], "~" + OURS + DRIVER + "late \\(ID\\): "
     "Bind for 0.0.0.0:8080 failed: port is already allocated\n", 125),
    ("P-045 it stays created", ["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "late"], "created 128\n", 0),
    ("P-045 nothing of it is attached", ["network", "inspect", "-f", "{{len .Containers}}", "bridge"], "1\n", 0),
    refused("P-006", OURS + "invalid proto: icmp", "-p", "80:80/icmp"),
    refused("P-010", OURS + "invalid ranges specified for container and host Ports: 9000-9001 and 8000-8002",
            "-p", "8000-8002:9000-9001"),
    refused("P-011", OURS + "invalid containerPort: x", "-p", "8080:x"),
    refused("P-011 host", OURS + "invalid hostPort: x", "-p", "x:80"),
    refused("P-011 address", OURS + "invalid IP address: nowhere", "-p", "nowhere:80:80"),
]

DISPLAY = [
    runs("P-016", "--name", "shown", "-p", "9000-9002:9000-9002", "-p", "127.0.0.1:53:53/udp", "--expose", "70"),
    ("P-016 ps", ["ps", "-f", "name=shown", "--format", "{{.Ports}}"],
     "127.0.0.1:53->53/udp, 70/tcp, 0.0.0.0:9000-9002->9000-9002/tcp\n", 0),
    *new_only(("P-016 port", ["port", "shown"], "53/udp -> 127.0.0.1:53\n9000/tcp -> 0.0.0.0:9000\n"
                      "9001/tcp -> 0.0.0.0:9001\n9002/tcp -> 0.0.0.0:9002\n", 0)),  # older ones have no order
    ("P-016 one port", ["port", "shown", "9001/tcp"], "0.0.0.0:9001\n", 0),
    ("P-016 an unpublished one", ["port", "shown", "70"], "~Error: No public port '70(/tcp)?' published for shown\n", 1),
    ("P-016 stop", ["stop", "-t", "0", "shown"], "shown\n", 0),
    ("P-037 stopped", ["inspect", "-f", "{{json .NetworkSettings.Ports}}", "shown"], "{}\n", 0),
    ("P-037 ps", ["ps", "-a", "-f", "name=shown", "--format", "{{.Ports}}"], "\n", 0),
    *[entry for network in ("inside", "none") for entry in (
        runs("P-017 " + network, "--name", "p17" + network, "-p", "8070:80", "--network", network),
        ("P-017 ps", ["ps", "-f", "name=p17" + network, "--format", "{{.Ports}}"], "80/tcp\n", 0),
        ("P-017 port", ["port", "p17" + network], "", 0),
        ("P-017 inspect", ["inspect", "-f", "{{json .NetworkSettings.Ports}}", "p17" + network], '{"80/tcp":null}\n', 0))],
    runs("P-017 another one may have it", "--name", "p17", "-p", "8070:80"),
    ("H-001 ps", ["ps", "-f", "name=hosty", "--format", "{{.Ports}}|{{.Networks}}"], "|host\n", 0),
]

LINKS = [
    refused("L-004 create", OURS + "could not get container for nobody: No such container: nobody", "--link", "nobody"),
    ("L-004, L-007 is created", ["pontoon", "create", "--name", "linker", "--link", "quiet:q", "true"], DEPRECATED, 0),
    ("L-004 start", ["pontoon", "start", "linker"],
     ERROR + "Cannot link to a non running container: /quiet AS /linker/q\n", 1),
    ("L-004 is created too", ["pontoon", "create", "--name", "linker2", "--link", "up:u", "true"], DEPRECATED, 0),
    ("L-006 a link of another one", ["rm", "--link", "linker2/nothing"],
     "~(Error response from daemon|Error): No such container: linker2/nothing\n", 1),
    ("L-006 a container's own name", ["rm", "--link", "linker2"],
     ERROR + "Conflict, cannot remove the default link name of the container\n", 1),
    ("L-006 of one that does not run", ["rm", "--link", "linker/q"], "linker/q\n", 0),
    ("L-006 is gone", ["inspect", "-f", "{{json .HostConfig.Links}}", "linker"], "null\n", 0),
    ("L-004 other network", ["pontoon", "start", "linker2"],
     ERROR + "Cannot link to /up, as it does not belong to the default network\n", 1),
]

TABLES = {"containers": STAND, "network rm": REMOVE, "addresses": ADDRESSES, "modes": MODES, "ports": PORTS,
          "display": DISPLAY, "links": LINKS}


def created(body, status, message=None, version="1.50"):
    return ("POST", f"/v{version}/containers/create", body, status, message)


def networks(mode, *names):
    return {"Cmd": ["true"], "HostConfig": {"NetworkMode": mode},
            "NetworkingConfig": {"EndpointsConfig": {name: {} for name in names}}}


def ports(*bindings):
    return {"Cmd": ["true"], "HostConfig": {"PortBindings": dict(bindings)}}


def links(*texts):
    return {"Cmd": ["true"], "HostConfig": {"Links": list(texts)}}


# What the commands refuse themselves, or cannot say. As statuses.REQUESTS, with the containers of the tables.
REQUESTS = {
    "N-154": ("POST", "/networks/bridge/connect", {"Container": "up", "EndpointConfig": {"IPAMConfig": {
        "IPv4Address": "172.17.0.9"}}}, 400,
        "invalid endpoint settings:\nuser-specified IP address is supported on user-defined networks only"),
    "N-157": ("POST", "/networks/web/connect", {"Container": "plain", "EndpointConfig": {"IPAMConfig": {
        "IPv4Address": "10.50.0.2"}}}, 403, "Address already in use"),
    "N-160 mapped is no IPv6": ("POST", "/networks/web/connect", {"Container": "plain", "EndpointConfig": {"IPAMConfig": {
        "IPv4Address": "1.2.3"}}}, 400, "invalid IPv4 address: 1.2.3"),
    "N-162 nil": created({"Cmd": ["true"], "NetworkingConfig": {"EndpointsConfig": {"web": None}}}, 400,
                         "invalid config for network web: EndpointsConfig is nil"),
    "N-162 alias": created({"Cmd": ["true"], "NetworkingConfig": {"EndpointsConfig": {"bridge": {"Aliases": ["x"]}}}}, 400,
                           "invalid config for network bridge: invalid endpoint settings:\nnetwork-scoped aliases are "
                           "only supported for user-defined networks"),
    "N-163": ("POST", "/networks/host/connect", {"Container": "up"}, 400,
              "cannot connect container to host network - container must be created in host network mode"),
    "N-164 host": created(networks("host", "web"), 400, OTHER.strip()),
    "N-164 container": created(networks("container:up", "web"), 400, OTHER.strip()),
    "N-165": created(networks("none", "web"), 400, NONE.strip()),
    "N-165 the other way": created(networks("web", "none"), 400, NONE.strip()),
    "N-166": ("POST", "/networks/app/disconnect", {"Container": "up"}, 500, None),
    "N-168": ("POST", "/networks/web/connect", {"Container": "up"}, 403,
              "endpoint with name up already exists in network web"),
    "N-169": ("POST", "/networks/config/connect", {"Container": "up"}, 403,
              "cannot create endpoint on configuration-only network"),
    "N-172": created(networks("nothing"), 404, "network nothing not found"),
    "N-177": created(networks("web", "web", "app"), 400,
                     "Container cannot be created with multiple network endpoints: web, app", "1.43"),
    "N-177 newer": created(networks("web", "web", "app"), 201, None, "1.44"),
    "N-178": created(ports(("junk/tcp", [{}])), 400, 'invalid port specification: "junk/tcp"'),
    "N-178 protocol": created(ports(("80/icmp", [{}])), 400, 'invalid port specification: "80/icmp"'),
    "N-178 too large": created(ports(("65536/tcp", [{}])), 400, 'invalid port specification: "65536/tcp"'),
    "N-178 host port": created(ports(("80/tcp", [{"HostPort": "x"}])), 400, 'invalid port specification: "x"'),
    "L-001 empty": created(links(""), 400, "empty string specified for links"),
    "L-001 colons": created(links("up:a:b"), 400, "bad format for links: up:a:b"),
    "L-004": created(links("nobody"), 400, "could not get container for nobody: No such container: nobody"),
    "image": created({"Image": "busybox"}, 501, "pontoon runs no images: use `pontoon run -- COMMAND`"),
    "container none": ("GET", "/containers/zz/json", None, 404, "No such container: zz"),
    "rm none": ("DELETE", "/containers/zz", None, 404, "No such container: zz"),
    "N-047 304": ("POST", "/containers/quiet/stop", None, 304, None),
    "start": ("POST", "/containers/quiet/start", None, 501,
              "pontoon's daemon starts no processes: use `pontoon start NAME`"),
    "start nobody's process": ("POST", "/pontoon/v1/containers/quiet/start", {"pid": 4194304}, 400, None),
    "exec": ("POST", "/containers/up/exec", {"Cmd": ["true"]}, 501,
             "pontoon's daemon starts no processes: use `pontoon exec NAME COMMAND`"),
    "C-007": ("POST", "/networks/web/disconnect", {"Container": "gone", "Force": True}, 404, "endpoint gone not found"),
}
