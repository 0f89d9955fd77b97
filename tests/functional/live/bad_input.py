#!/usr/bin/env python3
"""Bad input for every option of the daemon and of attach: one line that names it, an exit status, and nothing changed."""

from lab import check, equal, main

DAEMON = [["--config", "/nowhere"], ["--topology", "/nowhere"], ["--socket", "/proc/nowhere/socket"], ["--state", "/proc/state"],
          ["--uplink", "nonsense0"], ["--uplink", "0000:zz:00.0"], ["--uplink-mode", "fast"], ["--attach", "glue"],
          ["--workers", "0"], ["--workers", "many"], ["--cpus", "0-"], ["--cpus", "9999"], ["--poll", "lazy"],
          ["--hugepages", "some"], ["--log", "shout"], ["--host-cgroup", "/nowhere"], ["--nonsense", "1"], ["stray"]]
ATTACH = [["--network", "nowhere"], ["--name", "../a"], ["--name", "taken"], ["--ip", "172.17.0"], ["--ip", "10.0.0.1"],
          ["--ip", "172.17.0.1"], ["--mac", "02:00"], ["--mac", "ff:ff:ff:ff:ff:ff"], ["-p", "80:"], ["-p", "0:80"],
          ["-p", "8000-8002:80-81"], ["-p", "8081:80/icmp"], ["-p", "8080:81"], ["-p", "61000:80"], ["--attach", "glue"],
          ["--netns", "/nowhere"], ["--pid", "999999"], ["--pid", "zero"], ["--nonsense", "1"]]


def problems(result, words):
    """What is wrong with how it was refused: it has to name the value, or at least the option."""
    lines = result.stderr.strip().splitlines()
    if result.returncode not in (1, 2):
        yield f"exit {result.returncode}: {result.stdout}{result.stderr}"
    elif len(lines) != 1:
        yield f"{len(lines)} lines: {result.stderr}"
    elif words[-1] not in lines[0] and words[0].lstrip("-") not in lines[0]:
        yield f"is not named: {lines[0]}"


def settings(base, words):
    """`base` with the option `words` set anew."""
    pairs = {base[i]: base[i + 1] for i in range(0, len(base), 2)}
    pairs.pop("--netns" if words[0] == "--pid" else None, None)
    if len(words) == 2:
        pairs[words[0]] = words[1]
        return [part for pair in pairs.items() for part in pair]
    return [part for pair in pairs.items() for part in pair] + words


def scenario(lab):
    wrong = []

    def refused(result, words, command):
        wrong.extend(f"{command} {' '.join(words)}: {problem}" for problem in problems(result, words))

    for words in DAEMON:
        command = ["timeout", "-k", "1", "3", lab.switch.build / "pontoond", *settings(lab.switch.words, words)]
        refused(lab.host.run(*command, check=False), words, "pontoond")
    lab.assert_nothing_left()
    lab.switch.start()
    taken = lab.attach("taken", publish=["8080:80"])
    free = lab.prepare("free")
    before, state = lab.switch.command("ls").stdout, lab.host_state()
    usual = ["--network", "bridge", "--name", "free", "--netns", free.namespace.path]
    for words in ATTACH:
        refused(lab.switch.command("attach", *settings(usual, words), check=False), words, "attach")
        links = [link["ifname"] for link in free.namespace.ip_json("link show")]
        if links != ["lo"]:
            wrong.append(f"devices after attach {' '.join(words)}: {links}")
            lab.switch.command("detach", "free", check=False)
    refused(lab.switch.command("detach", "stranger", check=False), ["stranger"], "detach")
    check(not wrong, "\n".join(wrong))
    equal(lab.switch.command("ls").stdout, before, "what ls says")
    equal(lab.host_state(), state, "the host")
    lab.reattach(free)
    lab.detach(taken)


main(scenario, start=False, only="pontoon", timeout=120)
