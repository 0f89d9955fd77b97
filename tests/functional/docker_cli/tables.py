"""What the docker CLI is told, prints and ends with: rows of docker-behaviours, in order; what one makes the next may use.

An entry is (row, words, text, exit status). ID stands for 64 hexadecimal digits, SHORT for 12; a text that begins with ~
is a regular expression for all of it."""

from world import cli_version

NEW_CLI = cli_version() >= 28
ERROR = "Error response from daemon: "
BAD = ERROR + "invalid network config:\n"
OPTION = "com.docker.network."


def create(*words):
    return ["network", "create", *words]


def new_only(*entries):
    """Of flags that older ones do not have."""
    return entries if NEW_CLI else ()


def missing(name):
    return ERROR + f"network {name} not found\n" if NEW_CLI else f"Error: No such network: {name}\n"


def refused(row, text, *words, status=1):
    return (row, create(*words), ERROR + text + "\n", status)


LIST = "NETWORK ID     NAME      DRIVER    SCOPE\n"
PREDEFINED = "SHORT   bridge    bridge    local\nSHORT   host      host      local\nSHORT   none      null      local\n"

START = [
    ("N-001 N-002", ["network", "ls"], LIST + PREDEFINED, 0),
    ("N-018 default bridge", ["network", "inspect", "-f", "{{json .Options}}", "bridge"],
     '{"com.docker.network.bridge.default_bridge":"true","com.docker.network.bridge.enable_icc":"true",'
     '"com.docker.network.bridge.enable_ip_masquerade":"true","com.docker.network.bridge.host_binding_ipv4":"0.0.0.0",'
     '"com.docker.network.bridge.name":"docker0","com.docker.network.driver.mtu":"1500"}\n', 0),
    ("N-014 default bridge", ["network", "inspect", "-f", "{{json .IPAM}}", "bridge"],
     '{"Driver":"default","Options":null,"Config":[{"Subnet":"172.17.0.0/16","Gateway":"172.17.0.1"}]}\n', 0),
    ("N-013 host", ["network", "inspect", "-f", "{{json .IPAM}} {{.Driver}} {{.Scope}}", "host"],
     '{"Driver":"default","Options":null,"Config":null} host local\n', 0),
    ("N-013 none", ["network", "inspect", "-f", "{{json .IPAM}} {{.Driver}} {{.Scope}}", "none"],
     '{"Driver":"default","Options":null,"Config":null} null local\n', 0),
]

CREATE = [
    ("N-003", create("n1"), "ID\n", 0),
    ("N-042 again N-052", create("n1"), ERROR + "network with name n1 already exists\n", 1),
    ("N-014 I-003", ["network", "inspect", "-f", "{{json .IPAM.Config}}", "n1"],
     '[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]\n', 0),
    ("N-013 options of the CLI", ["network", "inspect", "-f", "{{json .IPAM.Options}}", "n1"], "{}\n", 0),
    ("N-015 N-016 N-017 N-019", ["network", "inspect", "-f",
     "{{.Internal}} {{.Attachable}} {{.Ingress}} {{.ConfigOnly}} {{json .ConfigFrom}} {{json .Containers}} "
     "{{json .Options}} {{json .Labels}} {{.EnableIPv6}}", "n1"],
     'false false false false {"Network":""} {} {} {} false\n', 0),
    ("N-012", ["network", "inspect", "-f", "{{.Scope}}", "n1"], "local\n", 0),
    ("N-011", ["network", "inspect", "-f", "{{json .Created}}", "n1"],
     r'~"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)"\n', 0),
    ("all options", create("--driver", "bridge", "--subnet", "10.1.0.0/16", "--gateway", "10.1.0.254", "--ip-range",
                           "10.1.4.0/24", "--aux-address", "h1=10.1.4.5", "--internal", "--attachable", "--label", "a=b",
                           "--label", "flag", "--ipam-opt", "c=d", *new_only("--ipv4=true"), "--ipv6=false", "-o", "k=v", "-o",
                           OPTION + "bridge.enable_icc=false", "n3"), "ID\n", 0),
    ("all options shown", ["network", "inspect", "-f",
     "{{json .IPAM}} {{.Internal}} {{.Attachable}} {{json .Labels}} {{json .Options}}", "n3"],
     '{"Driver":"default","Options":{"c":"d"},"Config":[{"Subnet":"10.1.0.0/16","IPRange":"10.1.4.0/24",'
     '"Gateway":"10.1.0.254","AuxiliaryAddresses":{"h1":"10.1.4.5"}}]} true true {"a":"b","flag":""} '
     '{"com.docker.network.bridge.enable_icc":"false","k":"v"}\n', 0),
    ("I-022", create("--subnet", "10.0.0.0/16", "--ip-range", "10.0.5.0/24", "n4"), "ID\n", 0),
    ("I-022 gateway", ["network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", "n4"], "10.0.5.0\n", 0),
    ("N-108", create("--subnet", "fd00:5::/64", "n5"), "ID\n", 0),
    ("N-108 shown", ["network", "inspect", "-f", "{{.EnableIPv6}} {{len .IPAM.Config}}", "n5"], "false 1\n", 0),
    ("N-050", create("a b.c ä"), "ID\n", 0),
    ("N-050 inspect", ["network", "inspect", "-f", "{{.Name}}", "a b.c ä"], "a b.c ä\n", 0),
    ("N-050 slash", create("x/y"), "ID\n", 0),
    ("N-050 rm", ["network", "rm", "a b.c ä", "x/y"], "a b.c ä\nx/y\n", 0),
    refused("N-050 empty", "invalid name: name is empty", ""),
    refused("N-050 blank", "invalid name: name is empty", "  "),
    *[refused("N-051 " + name, f"operation is not permitted on predefined {name} network", name)
      for name in ("bridge", "host", "none", "default")],
    refused("N-054", "could not find plugin x in v1 plugin registry: plugin not found", "-d", "x", "y"),
    ("N-100", create("--subnet", "192.168.0.1/24", "y"),
     BAD + "invalid subnet 192.168.0.1/24: it should be 192.168.0.0/24\n", 1),
    ("N-104", create("--subnet", "192.168.0.0/24", "--ip-range", "192.168.0.1/25", "y"),
     BAD + "invalid ip-range 192.168.0.1/25: it should be 192.168.0.0/25\n", 1),
    ("N-103", create("--subnet", "192.168.0.0/24", "--ip-range", "192.168.0.0/23", "y"),
     BAD + "invalid ip-range 192.168.0.0/23: CIDR block is bigger than its parent subnet 192.168.0.0/24\n", 1),
    refused("N-109", "invalid pool request: Pool overlaps with other one on this address space", "--subnet",
            "10.1.4.0/24", "y"),
    ("N-110", create("--subnet", "10.1.0.0/16", "--ip-range", "10.1.9.0/24", "y"),
     r"~Error response from daemon: cannot create network ID \(br-SHORT\): conflicts with network ID \(br-SHORT\): "
     r"networks have overlapping IPv4\n", 1),
    ("N-113", create("--subnet", "10.9.0.0/24", "--gateway", "10.9.0.1", "--aux-address", "a=10.9.0.1", "y"),
     r"~Error response from daemon: failed to allocate (gateway|secondary ip address) \(.*10\.9\.0\.1\): "
     r"Address already in use\n", 1),
    refused("N-115", "could not find plugin y in v1 plugin registry: plugin not found", "--ipam-driver", "y", "y"),
    *new_only(refused("N-116", "IPv4 or IPv6 must be enabled", "--ipv4=false", "y")),
    refused("N-117", "ipv4 pool is empty", "--ipam-driver", "null", "y"),
    refused("N-118", "bridge driver doesn't support multiple subnets", "--subnet", "10.2.0.0/24", "--subnet",
            "10.3.0.0/24", "y"),
    refused("N-119", "existing interface lo is not a bridge", "-o", OPTION + "bridge.name=lo", "y"),
    refused("N-120", f"failed to parse {OPTION}bridge.enable_icc value: maybe (strconv.ParseBool: parsing \"maybe\": "
            "invalid syntax)", "-o", OPTION + "bridge.enable_icc=maybe", "y"),
    refused("N-121", f"failed to parse {OPTION}bridge.gateway_mode_ipv4 value: x (unknown gateway mode x)", "-o",
            OPTION + "bridge.gateway_mode_ipv4=x", "y"),
    refused("N-122", "gateway mode 'isolated' can only be used for an internal network", "-o",
            OPTION + "bridge.gateway_mode_ipv4=isolated", "y"),
    refused("N-123", "invalid MTU number: -1", "-o", OPTION + "driver.mtu=-1", "y"),
    refused("N-123 no number", f"failed to parse {OPTION}driver.mtu value: abc (strconv.Atoi: parsing \"abc\": invalid "
            "syntax)", "-o", OPTION + "driver.mtu=abc", "y"),
    refused("N-125", f"failed to parse {OPTION}advertise_addr_nmsgs value: 4 (must be from 0 to 3)", "-o",
            OPTION + "advertise_addr_nmsgs=4", "y"),
    refused("N-126", f"driver-opt \"{OPTION}enable_ipv6\" is not a valid bool", "-o", OPTION + "enable_ipv6=x", "y"),
    refused("N-137", "no gateway can be set on an internal bridge network", "--internal", "--subnet", "10.2.0.0/24",
            "--aux-address", "DefaultGatewayIPv4=10.2.0.9", "y"),
    refused("N-127 host", 'only one instance of "host" network is allowed', "-d", "host", "y"),
    refused("N-127 null", 'only one instance of "null" network is allowed', "-d", "null", "y"),
    ("N-133", create("-d", "overlay", "y"), ERROR + 'This node is not a swarm manager. Use "docker swarm init" or "docker '
     'swarm join" to connect this node to swarm and try again.\n', 1),
    refused("N-135 swarm", "cannot create a swarm scoped network when swarm is not active", "--scope", "swarm", "y"),
    refused("N-135 ingress", "Ingress network can only be global scope network", "--ingress", "y"),
    refused("IPv6", "pontoon has no IPv6 yet: leave out --ipv6", "--ipv6", "y"),
    refused("O-006 routed", f"option {OPTION}bridge.gateway_mode_ipv4=routed: pontoon has the gateway modes nat and "
            "isolated", "-o", OPTION + "bridge.gateway_mode_ipv4=routed", "y"),
    refused("O-008", f"option {OPTION}bridge.trusted_host_interfaces=eth0: containers' own addresses are reached from no "
            "interface of the host", "-o", OPTION + "bridge.trusted_host_interfaces=eth0", "y"),
    refused("unknown option", f"option {OPTION}nonsense=1: pontoon has no such option of a bridge network", "-o",
            OPTION + "nonsense=1", "y"),
    ("N-138", create("--gateway", "10.1.0.1", "y"),
     r"~.*every ip-range or gateway must have a corresponding subnet\n.*", 1),
    ("N-139 nothing is left", ["network", "ls", "-f", "name=^y$", "-q"], "", 0),
    ("N-139 its subnet is free", create("--subnet", "10.9.0.0/24", "y"), "ID\n", 0),
    ("rm y", ["network", "rm", "y"], "y\n", 0),
]

CONFIGURATION = [
    ("config-only", create("--config-only", "--subnet", "10.7.0.0/24", "--label", "x=y", "-o", "k=v", "config"), "ID\n", 0),
    ("config-only shown", ["network", "inspect", "-f", "{{.ConfigOnly}} {{.Driver}} {{json .IPAM.Config}}", "config"],
     'true null [{"Subnet":"10.7.0.0/24"}]\n', 0),
    ("config-from", create("--config-from", "config", "user"), "ID\n", 0),
    ("config-from shown", ["network", "inspect", "-f",
     "{{.ConfigFrom.Network}} {{json .IPAM.Config}} {{json .Options}} {{json .Labels}}", "user"],
     'config [{"Subnet":"10.7.0.0/24","Gateway":"10.7.0.1"}] {"k":"v"} {"x":"y"}\n', 0),
    ("N-152", ["network", "rm", "config"], '~Error response from daemon: configuration network "config" is in use\n.*', 1),
    refused("N-128", "configuration network can only contain network specific fields. Network operator fields like "
            "[ ingress | internal | attachable | scope ] are not supported.", "--config-only", "--internal", "z"),
    refused("N-129", "a configuration network cannot depend on another configuration network", "--config-only",
            "--config-from", "config", "z"),
    refused("N-130", "user-specified configurations are not supported if the network depends on a configuration network",
            "--config-from", "config", "--subnet", "10.8.0.0/24", "z"),
    refused("N-131", "network driver options are not supported if the network depends on a configuration network",
            "--config-from", "config", "-o", "a=b", "z"),
    refused("N-132", 'configuration network "nothing" does not exist', "--config-from", "nothing", "z"),
    ("rm user, config", ["network", "rm", "user", "config"], "user\nconfig\n", 0),
]

LOOK_UP = [
    ("N-053 none", ["network", "inspect", "nothing"], "[]\n" + missing("nothing"), 1),
    ("N-057", ["network", "rm", "n4", "nothing", "n5"], f"~n4\nn5\n{missing('nothing')}.*", 1),
    ("N-057 all gone", ["network", "ls", "-q", "-f", "name=n4", "-f", "name=n5"], "", 0),
    *new_only(("rm -f", ["network", "rm", "-f", "nothing"], "", 0)),
    ("N-059", ["network", "inspect", "-f", "{{.Name}}", "n1", "nothing", "n3"],
     "n1\nn3\n" + missing("nothing"), 1),
    *[("N-150 " + name, ["network", "rm", name],
       f"~Error response from daemon: {name} is a pre-defined network and cannot be removed\n.*", 1)
      for name in ("bridge", "host", "none")],
    ("inspect of another kind", ["inspect", "-f", "{{.Name}}", "n1"], "n1\n", 0),
    ("inspect of nothing", ["inspect", "nothing"], "~\\[\\]\n(Error|error): .*[Nn]o such object: nothing\n", 1),
]

FILTERS = [
    ("N-055 driver", ["network", "ls", "-f", "driver=host", "--format", "{{.Name}}"], "host\n", 0),
    ("N-055 driver is exact", ["network", "ls", "-q", "-f", "driver=hos"], "", 0),
    ("N-055 two of a kind", ["network", "ls", "-f", "driver=host", "-f", "driver=null", "--format", "{{.Name}}"],
     "host\nnone\n", 0),
    ("N-055 name", ["network", "ls", "-f", "name=ridg", "--format", "{{.Name}}"], "bridge\n", 0),
    ("N-055 expression", ["network", "ls", "-f", "name=^n[13]$", "--format", "{{.Name}}"], "n1\nn3\n", 0),
    ("N-055 type", ["network", "ls", "-f", "type=custom", "--format", "{{.Name}}"], "n1\nn3\n", 0),
    ("N-055 builtin", ["network", "ls", "-f", "type=builtin", "--format", "{{.Name}}"], "bridge\nhost\nnone\n", 0),
    ("N-055 label", ["network", "ls", "-f", "label=a=b", "-f", "label=flag", "--format", "{{.Name}}"], "n3\n", 0),
    ("N-055 dangling", ["network", "ls", "-f", "dangling=true", "--format", "{{.Name}}"], "n1\nn3\n", 0),
    ("N-055 scope", ["network", "ls", "-q", "-f", "scope=swarm"], "", 0),
    ("N-055 bad", ["network", "ls", "-f", "bogus=1"], ERROR + "invalid filter 'bogus'\n", 1),
    ("N-055 bad type", ["network", "ls", "-f", "type=x"], ERROR + "invalid filter: 'type'='x'\n", 1),
    ("N-055 bad dangling", ["network", "ls", "-f", "dangling=maybe"], ERROR + "invalid filter 'dangling=[maybe]'\n", 1),
    ("N-056 bad", ["network", "prune", "-f", "--filter", "name=x"], ERROR + "invalid filter 'name'\n", 1),
    ("N-056 label!", ["network", "prune", "-f", "--filter", "label!=a"], "Deleted Networks:\nn1\n\n", 0),
    ("N-056 until", ["network", "prune", "-f", "--filter", "until=24h"], "", 0),
    ("N-056 bad until", ["network", "prune", "-f", "--filter", "until=zz"],
     ERROR + 'failed to parse value as time or duration: "zz"\n', 1),
    ("N-056", ["network", "prune", "-f"], "Deleted Networks:\nn3\n\n", 0),
    ("N-056 nothing", ["network", "prune", "-f"], "", 0),
    ("N-056 bad until for nothing", ["network", "prune", "-f", "--filter", "until=zz"],
     ERROR + 'failed to parse value as time or duration: "zz"\n', 1),
    ("N-001 still there", ["network", "ls"], LIST + PREDEFINED, 0),
]

OTHERS = [
    ("version", ["version", "-f", "{{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}}"], "1.50 1.24 linux\n", 0),
    ("info", ["info", "-f", "{{.Images}} {{.Driver}} {{.Swarm.LocalNodeState}} {{json .Plugins.Network}}"],
     '0  inactive ["bridge","host","null"]\n', 0),
    ("images", ["images"], ERROR + "pontoon has no images: a container is a command of this machine, `pontoon run -- "
     "COMMAND`\n", 1),
    ("volumes", ["volume", "ls"], ERROR + "pontoon has no volumes: containers see the file system of this machine\n", 1),
    ("swarm", ["node", "ls"], ERROR + "pontoon is no swarm: its networks are those of this host\n", 1),
]

TABLES = {"start": START, "create": CREATE, "configuration": CONFIGURATION, "look up": LOOK_UP, "filters": FILTERS,
          "others": OTHERS}
