"""Statuses, headers and bodies by raw HTTP: what the docker CLI does not show."""

OPTION = "com.docker.network."


def create(body, status, message=None):
    return ("POST", "/v1.50/networks/create", body, status, message)


# Method, path, body (an object, or the text and its Content-Type), status, message or None.
REQUESTS = {
    "N-040": ("GET", "/v1.50/networks", None, 200, None),
    "N-047 200, no version": ("GET", "/networks", None, 200, None),
    "oldest": ("GET", "/v1.24/networks", None, 200, None),
    "too new": ("GET", "/v1.99/networks", None, 400,
                "client version 1.99 is too new. Maximum supported API version is 1.50"),
    "too old": ("GET", "/v1.10/networks", None, 400,
                "client version 1.10 is too old. Minimum supported API version is 1.24, please upgrade your client to a "
                "newer version"),
    "N-040 bad filter": ("GET", "/networks?filters=%7B%22bogus%22%3A%7B%221%22%3Atrue%7D%7D", None, 400,
                         "invalid filter 'bogus'"),
    "N-040 lists": ("GET", "/networks?filters=%7B%22driver%22%3A%5B%22bridge%22%5D%7D", None, 200, None),
    "N-040 junk": ("GET", "/networks?filters=junk", None, 400, None),
    "N-055 type": ("GET", "/networks?filters=%7B%22type%22%3A%7B%22x%22%3Atrue%7D%7D", None, 500,
                   "invalid filter: 'type'='x'"),
    "N-041": ("GET", "/networks/bridge", None, 200, None),
    "N-041 none": ("GET", "/networks/zz", None, 404, "network zz not found"),
    "N-041 verbose": ("GET", "/networks/bridge?verbose=true", None, 200, None),
    "N-041 bad verbose": ("GET", "/networks/bridge?verbose=x", None, 400,
                          'invalid value for verbose: x: strconv.ParseBool: parsing "x": invalid syntax'),
    "N-041 scope": ("GET", "/networks/bridge?scope=local", None, 200, None),
    "N-041 other scope": ("GET", "/networks/bridge?scope=swarm", None, 404, "network bridge not found"),
    "N-042": create({"Name": "h1"}, 201),
    "N-052": create({"Name": "h1"}, 409, "network with name h1 already exists"),
    "N-051": create({"Name": "host", "Driver": "host"}, 403, "operation is not permitted on predefined host network "),
    "N-050": create({"Name": ""}, 400, "invalid name: name is empty"),
    "N-050 no body": create(None, 400, "invalid name: name is empty"),
    "N-054": create({"Name": "h2", "Driver": "nope"}, 404,
                    "could not find plugin nope in v1 plugin registry: plugin not found"),
    "N-100": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "10.71.0.5/24"}]}}, 400,
                    "invalid network config:\ninvalid subnet 10.71.0.5/24: it should be 10.71.0.0/24"),
    "N-101": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "192.168.0.0/24", "Gateway": "10.0.0.1"}]}}, 400,
                    "invalid network config:\ninvalid gateway 10.0.0.1: parent subnet 192.168.0.0/24 doesn't contain this "
                    "address"),
    "N-102": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "192.168.0.0/24", "Gateway": "fd00::1"}]}}, 400,
                    "invalid network config:\ninvalid gateway fd00::1: parent subnet is an IPv4 block"),
    "N-105": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "192.168.0.0/24", "IPRange": "10.0.0.0/25"}]}}, 400,
                    "invalid network config:\ninvalid ip-range 10.0.0.0/25: parent subnet 192.168.0.0/24 doesn't contain "
                    "ip-range"),
    "N-106": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "192.168.0.0/24",
                                                        "AuxiliaryAddresses": {"a": "10.0.0.1"}}]}}, 400,
                    "invalid network config:\ninvalid auxiliary address a: parent subnet 192.168.0.0/24 doesn't contain "
                    "this address"),
    "N-136, N-114": create({"Name": "h2", "IPAM": {"Config": [{
        "Subnet": "192.168.0.0/24", "AuxiliaryAddresses": {"DefaultGatewayIPv4": "10.0.0.1"}}]}}, 400,
        "invalid network config:\ninvalid auxiliary address DefaultGatewayIPv4: parent subnet 192.168.0.0/24 doesn't contain "
        "this address"),
    "N-107": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "192.168.0.1/24", "IPRange": "192.168.0.1/25",
                                                        "Gateway": "10.0.0.1"}]}}, 400, None),
    "N-109": create({"Name": "h2", "IPAM": {"Config": [{"Subnet": "172.17.5.0/24"}]}}, 403,
                    "invalid pool request: Pool overlaps with other one on this address space"),
    "no IPv6": create({"Name": "h2", "EnableIPv6": True}, 501, "pontoon has no IPv6 yet: leave out --ipv6"),
    "N-127": create({"Name": "h2", "Driver": "host"}, 403, 'only one instance of "host" network is allowed'),
    "N-132": create({"Name": "h2", "ConfigFrom": {"Network": "zz"}}, 404, 'configuration network "zz" does not exist'),
    "N-133": create({"Name": "h2", "Driver": "overlay"}, 403,
                    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node '
                    'to swarm and try again.'),
    "N-048 type": create(("{}", "text/plain"), 400,
                         "unsupported Content-Type header (text/plain): must be 'application/json'"),
    "N-048 JSON": create(("{invalid json", "application/json"), 400,
                         "invalid JSON: invalid character 'i' looking for beginning of object key string"),
    "N-048 more": create(('{"Name":"h3"} trailing content', "application/json"), 400, "unexpected content after JSON"),
    "wrong type": create({"Name": 3}, 400, None),
    "deep": create(("[" * 1000, "application/json"), 400, None),
    "too large": create(("x" * (2 << 20), "application/json"), 413, None),
    "N-043 none": ("DELETE", "/networks/zz", None, 404, "network zz not found"),
    "N-150": ("DELETE", "/networks/bridge", None, 403, "bridge is a pre-defined network and cannot be removed"),
    "N-043": ("DELETE", "/networks/h1", None, 204, None),
    "N-046": ("POST", "/networks/prune", None, 200, None),
    "N-047 501": ("GET", "/images/json", None, 501, None),
    "N-047 404": ("GET", "/images/x/json", None, 404, "No such image: x"),
    "volume": ("GET", "/volumes/x", None, 404, "get x: no such volume"),
    "plugin": ("GET", "/plugins/x/json", None, 404, "plugin x not found"),
    "build": ("POST", "/build", None, 501, None),
    "exec": ("POST", "/exec/x/start", None, 501, None),
    "swarm": ("GET", "/swarm", None, 501, None),
    "disk": ("GET", "/system/df", None, 501, None),
    "unknown": ("GET", "/nonsense", None, 404, "page not found"),
    "other method": ("PATCH", "/networks/bridge", None, 405, "method not allowed"),
    "N-160": ("POST", "/networks/bridge/connect", {"Container": "zz", "EndpointConfig": {"IPAMConfig": {
        "IPv4Address": "junk"}}}, 400, None),
    "N-048 connect": ("POST", "/networks/bridge/connect", ("{invalid json", "application/json"), 400,
                      "invalid JSON: invalid character 'i' looking for beginning of object key string"),
    "N-048 disconnect": ("POST", "/networks/bridge/disconnect", ("{}", "text/plain"), 400,
                         "unsupported Content-Type header (text/plain): must be 'application/json'"),
    "N-044 no container": ("POST", "/networks/bridge/connect", {"Container": "zz"}, 404, "No such container: zz"),
    "N-045 no container": ("POST", "/networks/bridge/disconnect", {"Container": "zz"}, 404, "No such container: zz"),
    "T-60 trailing content": ("POST", "/networks/bridge/connect", ("{} trailing content", "application/json"), 400,
                              "unexpected content after JSON"),
}


def check_all(daemon, say, requests=REQUESTS):
    for name, (method, path, body, status, message) in requests.items():
        headers = {}
        if isinstance(body, tuple):
            body, headers = body[0], {"Content-Type": body[1]}
        got, answer = daemon.ask(method, path, body, headers)
        good = got == status and (message is None or answer == {"message": message})
        say("HTTP " + name, good, f"{method} {path}: {got} {answer}")


def check_heads(daemon, say):
    status, text = daemon.ask("HEAD", "/_ping")
    named = {name: daemon.headers.get(name) for name in ("Api-Version", "Docker-Experimental", "Ostype")}
    say("HEAD /_ping", status == 200 and not text and named == {
        "Api-Version": "1.50", "Docker-Experimental": "false", "Ostype": "linux"} and
        daemon.headers["Server"].startswith("pontoon/"), f"{status} {daemon.headers}")
    status, text = daemon.ask("GET", "/_ping")
    say("GET /_ping", status == 200 and text == "OK", f"{status} {text}")
    status, answer = daemon.ask("GET", "/v1.47/networks/bridge")
    say("EnableIPv4 is of 1.48", "EnableIPv4" not in answer and daemon.ask("GET", "/networks/bridge")[1]["EnableIPv4"],
        str(answer))
    say("N-020 N-021 N-022 are of swarms, and of 1.52", not {"Peers", "Services", "Status"} & set(
        daemon.ask("GET", "/networks/bridge?verbose=true")[1]), "")
    say("N-017 no Containers in the list", all("Containers" not in one for one in daemon.ask("GET", "/networks")[1]), "")
    say("N-010 order", list(daemon.ask("GET", "/networks/bridge")[1]) == [
        "Name", "Id", "Created", "Scope", "Driver", "EnableIPv4", "EnableIPv6", "IPAM", "Internal", "Attachable", "Ingress",
        "ConfigFrom", "ConfigOnly", "Containers", "Options", "Labels"], "")
