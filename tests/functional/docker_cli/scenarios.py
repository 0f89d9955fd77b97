"""Scenarios of Moby's tests T-60 to T-66, and what a daemon has to stand: restarts, many clients, slow ones."""

import concurrent.futures
import json
import socket
import subprocess
import time


def interfaces():
    links = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, text=True, check=True).stdout)
    return {link["ifname"]: [f"{one['local']}/{one['prefixlen']}" for one in link["addr_info"] if one["family"] == "inet"]
            for link in links}


def create(daemon, name, **more):
    status, answer = daemon.ask("POST", "/networks/create", {"Name": name, **more})
    assert status == 201, f"{name}: {status} {answer}"
    return answer["Id"]


def inspect(daemon, name):
    status, answer = daemon.ask("GET", "/networks/" + name)
    assert status == 200, f"{name}: {status} {answer}"
    return answer


def names(daemon):
    return sorted(one["Name"] for one in daemon.ask("GET", "/networks")[1])


def bridges(daemon):
    """N-004, O-001, O-005, O-007: the host's interface in each network."""
    one = create(daemon, "one", IPAM={"Config": [{"Subnet": "10.11.0.0/24"}]},
                 Options={"com.docker.network.driver.mtu": "1400"})
    assert interfaces()["br-" + one[:12]] == ["10.11.0.1/24"]
    mtu = subprocess.run(["ip", "-j", "link", "show", "br-" + one[:12]], capture_output=True, text=True, check=True).stdout
    assert json.loads(mtu)[0]["mtu"] == 1400
    create(daemon, "two", IPAM={"Config": [{"Subnet": "10.12.0.0/24"}]}, Options={"com.docker.network.bridge.name": "mybr"})
    assert interfaces()["mybr"] == ["10.12.0.1/24"]
    status, answer = daemon.ask("POST", "/networks/create",
                                {"Name": "three", "Options": {"com.docker.network.bridge.name": "mybr"}})
    assert status == 403 and answer["message"].endswith("networks have same bridge name"), answer
    three = create(daemon, "three", IPAM={"Config": [{"Subnet": "10.13.0.0/24"}]},
                   Options={"com.docker.network.bridge.inhibit_ipv4": "true"})
    assert interfaces()["br-" + three[:12]] == []
    four = create(daemon, "four", Internal=True, IPAM={"Config": [{"Subnet": "10.14.0.0/31"}]},
                  Options={"com.docker.network.bridge.gateway_mode_ipv4": "isolated"})
    assert interfaces()["br-" + four[:12]] == []
    assert "Gateway" not in inspect(daemon, "four")["IPAM"]["Config"][0]
    for name in ("one", "two", "three", "four"):
        assert daemon.ask("DELETE", "/networks/" + name)[0] == 204
    assert sorted(name for name in interfaces() if name != "lo") == ["docker0"]


def look_up(daemon):
    """T-61 TestDockerNetworkDeletePreferID, N-053: the id wins over a name, names over beginnings of ids."""
    one = create(daemon, "one")
    other = create(daemon, one)
    short = create(daemon, one[:12])
    assert inspect(daemon, one)["Id"] == one
    assert inspect(daemon, one[:12])["Id"] == short
    assert daemon.ask("DELETE", "/networks/" + one)[0] == 204
    assert inspect(daemon, one)["Id"] == other
    assert daemon.ask("DELETE", "/networks/" + one)[0] == 204
    assert daemon.ask("DELETE", "/networks/" + short)[0] == 204
    ids = []
    while len({id[0] for id in ids}) == len(ids):
        ids.append(create(daemon, f"many{len(ids)}", IPAM={"Config": [{"Subnet": f"10.{len(ids)}.0.0/24"}]}))
    twice = ids[-1][0]
    status, answer = daemon.ask("GET", "/networks/" + twice)
    count = sum(one["Id"].startswith(twice) for one in daemon.ask("GET", "/networks")[1])
    assert (status, answer["message"]) == (
        400, f"network {twice} is ambiguous ({count} matches found based on ID prefix)"), answer
    for id in ids:
        assert daemon.ask("DELETE", "/networks/" + id)[0] == 204


def moby_list(daemon):
    """T-60 TestAPINetworkGetDefaults, TestAPINetworkFilter, TestNetworkInspectWithScope."""
    assert names(daemon) == ["bridge", "host", "none"]
    assert [one["Name"] for one in daemon.ask(
        "GET", "/networks?filters=" + '{"name":{"bridge":true}}'.replace('"', "%22"))[1]] == ["bridge"]
    id = create(daemon, "test")
    assert inspect(daemon, "test?scope=local")["Id"] == id
    assert daemon.ask("GET", "/networks/test?scope=swarm")[0] == 404
    assert daemon.ask("DELETE", "/networks/test")[0] == 204
    assert daemon.ask("DELETE", "/networks/test")[0] == 404


def pools(daemon):
    """I-001, I-003, N-111: 31 networks in Docker's order, the lowest free one first, and no more."""
    made = []
    for number in range(30):
        made.append(create(daemon, f"pool{number}"))
    subnets = [inspect(daemon, f"pool{number}")["IPAM"]["Config"][0]["Subnet"] for number in range(30)]
    assert subnets == [f"172.{n}.0.0/16" for n in range(18, 32)] + [f"192.168.{n}.0/20" for n in range(0, 256, 16)], subnets
    status, answer = daemon.ask("POST", "/networks/create", {"Name": "full"})
    assert (status, answer["message"]) == (400, "all predefined address pools have been fully subnetted"), answer
    assert daemon.ask("DELETE", "/networks/pool3")[0] == 204
    create(daemon, "again")
    assert inspect(daemon, "again")["IPAM"]["Config"][0]["Subnet"] == "172.21.0.0/16"
    assert len(daemon.ask("POST", "/networks/prune")[1]["NetworksDeleted"]) == 30


def host_routes(daemon):
    """I-004: a network of the host is left alone by an automatic choice."""
    subprocess.run("ip link add ext type veth peer name ext2 && ip address add 172.18.3.1/24 dev ext && ip link set ext up "
                   "&& ip link set ext2 up", shell=True, check=True)
    try:
        create(daemon, "beside")
        assert inspect(daemon, "beside")["IPAM"]["Config"][0]["Subnet"] == "172.19.0.0/16"
        create(daemon, "explicit", IPAM={"Config": [{"Subnet": "172.18.3.0/24"}]})
    finally:
        subprocess.run(["ip", "link", "delete", "ext"], check=True)
    assert len(daemon.ask("POST", "/networks/prune")[1]["NetworksDeleted"]) == 2
    create(daemon, "after")
    assert inspect(daemon, "after")["IPAM"]["Config"][0]["Subnet"] == "172.18.0.0/16"
    assert daemon.ask("DELETE", "/networks/after")[0] == 204


def restarts(daemon):
    """N-005, T-62: networks outlive the daemon, asked to go or killed, with their ids, subnets and interfaces."""
    create(daemon, "kept", Labels={"a": "b"}, Options={"k": "v"})
    create(daemon, "config", ConfigOnly=True)
    before = daemon.ask("GET", "/networks")[1]
    for kill in (False, True):
        daemon.stop(kill)
        assert ("docker0" in interfaces()) == kill
        daemon.start()
        assert daemon.ask("GET", "/networks")[1] == before
        assert len(interfaces()) == 3, interfaces()
    for name in ("kept", "config"):
        assert daemon.ask("DELETE", "/networks/" + name)[0] == 204


def events(daemon):
    """N-058: a stream of JSON lines, with those of the past, until it is asked to end."""
    since = time.time()
    with daemon.events("--filter", "type=network") as stream:
        id = create(daemon, "told")
        heard = stream.take(1)  # so it has subscribed
        assert daemon.ask("DELETE", "/networks/told")[0] == 204
        heard += stream.take(1) + stream.rest()
    assert [(one["Type"], one["Action"], one["Actor"]["ID"], one["Actor"]["Attributes"]) for one in heard] == [
        ("network", action, id, {"name": "told", "type": "bridge"}) for action in ("create", "destroy")], heard
    time.sleep(1.1)  # the CLI rounds --until to seconds
    status, text = daemon.docker("events", "--since", f"{since:.6f}", "--until", "0s", "--filter", "event=destroy",
                                 "--format", "{{.Action}} {{.Actor.Attributes.name}}")
    assert (status, text) == (0, "destroy told\n"), text


def slow_clients(daemon):
    """Who is slow, silent or gone keeps nobody waiting; a stream that nobody reads costs a bounded memory."""
    silent = [socket.socket(socket.AF_UNIX) for _ in range(200)]
    for number, one in enumerate(silent):
        one.connect(str(daemon.socket))
        one.send((b"", b"GET /netw", b"POST /networks/create HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{",
                  b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")[number % 4])
    begin = time.monotonic()
    for number in range(20):
        create(daemon, f"fast{number}", IPAM={"Config": [{"Subnet": f"10.20.{number}.0/24"}]})
    took = time.monotonic() - begin
    for one in silent:
        one.close()
    assert len(daemon.ask("POST", "/networks/prune")[1]["NetworksDeleted"]) == 20
    assert took < 15, f"{took} s for 20 networks"


def many_clients(daemon):
    """64 at once creating, looking and removing: what each is told is true, and nothing is left."""
    def one(client):
        for turn in range(5):
            name = f"client{client}"
            id = create(daemon, name, IPAM={"Config": [{"Subnet": f"10.{client}.{turn}.0/24"}]})
            assert inspect(daemon, name)["Id"] == id
            assert daemon.ask("GET", "/networks")[0] == 200
            status, answer = daemon.ask("POST", "/networks/create", {"Name": "shared", "IPAM": {"Config": [
                {"Subnet": "10.200.0.0/24"}]}})
            assert status in (201, 409, 403), answer
            if status == 201:
                assert daemon.ask("DELETE", "/networks/" + answer["Id"])[0] == 204
            assert daemon.ask("DELETE", "/networks/" + id)[0] == 204
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        for result in [pool.submit(one, client) for client in range(64)]:
            result.result()
    assert names(daemon) == ["bridge", "host", "none"]
    assert sorted(name for name in interfaces() if name != "lo") == ["docker0"]


SCENARIOS = {"the host's interfaces": bridges, "N-053 look-up": look_up, "T-60": moby_list, "I-001 pools": pools,
             "I-004 host routes": host_routes, "N-005 restarts": restarts, "N-058 events": events,
             "slow clients": slow_clients, "64 clients": many_clients}
