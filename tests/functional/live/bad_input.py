#!/usr/bin/env python3
"""Bad input for every option of the daemon and of attach: one line that names it, an exit status, and nothing changed."""

from lab import check, equal, main

DAEMON = [["--config", "/nowhere"], ["--topology", "/nowhere"], ["--socket", "/nowhere/socket"], ["--state", "/proc/state"],
          ["--uplink", "nonsense0"], ["--uplink", "0000:zz:00.0"], ["--uplink-mode", "fast"], ["--attach", "glue"],
          ["--workers", "0"], ["--workers", "many"], ["--cpus", "0-"], ["--cpus", "9999"], ["--poll", "lazy"],
          ["--hugepages", "some"], ["--log", "shout"], ["--host-cgroup", "/nowhere"], ["--nonsense", "1"], ["stray"]]
ATTACH = [["--network", "nowhere"], ["--name", "../a"], ["--name", "taken"], ["--ip", "172.17.0"], ["--ip", "10.0.0.1"],
          ["--ip", "172.17.0.1"], ["--mac", "02:00"], ["--mac", "ff:ff:ff:ff:ff:ff"], ["-p", "80:"], ["-p", "0:80"],
          ["-p", "8000-8002:80-81"], ["-p", "8081:80/icmp"], ["-p", "8080:81"], ["-p", "61000:80"], ["--attach", "glue"],
          ["--netns", "/nowhere"], ["--pid", "999999"], ["--pid", "zero"], ["--nonsense", "1"]]


def one_line(result, words, what):
    """Names the value, or the option where the value is a program's word."""
    lines = result.stderr.strip().splitlines()
    check(result.returncode not in (0, 127) and result.returncode < 128, f"{what}: exit {result.returncode}")
    check(len(lines) == 1, f"{what}: {len(lines)} lines: {result.stderr}")
    check(words[-1] in lines[0] or words[0] in lines[0], f"{what} is not named: {lines[0]}")


def settings(base, words):
    """`base` with the option `words` set anew."""
    pairs = {base[i]: base[i + 1] for i in range(0, len(base), 2)}
    pairs.pop("--netns" if words[0] == "--pid" else None, None)
    if len(words) == 2:
        pairs[words[0]] = words[1]
        return [part for pair in pairs.items() for part in pair]
    return [part for pair in pairs.items() for part in pair] + words


def scenario(lab):
    for words in DAEMON:
        result = lab.host.run(lab.switch.build / "pontoond", *settings(lab.switch.words, words), check=False, timeout=10)
        one_line(result, words, f"pontoond {' '.join(words)}")
    lab.assert_nothing_left()
    lab.switch.start()
    taken = lab.attach("taken", publish=["8080:80"])
    free = lab.prepare("free")
    before, state = lab.switch.command("ls").stdout, lab.host_state()
    usual = ["--network", "bridge", "--name", "free", "--netns", free.namespace.path]
    for words in ATTACH:
        result = lab.switch.command("attach", *settings(usual, words), check=False)
        one_line(result, words, f"attach {' '.join(words)}")
        links = [link["ifname"] for link in free.namespace.ip_json("link show")]
        equal(links, ["lo"], f"devices after attach {' '.join(words)}")
    one_line(lab.switch.command("detach", "stranger", check=False), ["stranger"], "detach stranger")
    equal(lab.switch.command("ls").stdout, before, "what ls says")
    equal(lab.host_state(), state, "the host")
    lab.reattach(free)
    lab.detach(taken)


main(scenario, start=False, only="pontoon", timeout=120)
