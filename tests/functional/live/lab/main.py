"""A scenario as a program: `FILE [--switch pontoon|docker0] [--variant V ...] [--build DIR]`.

Each variant runs in network, mount and process namespaces of its own, in bounded time, and prints a line: ok, skipped or
FAILED, and what happened. Exit status 0 unless one failed. Variants: tap, veth (how containers are attached), xdp (the
uplink by AF_XDP)."""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from .containers import Lab, remove_traces
from .namespaces import Failure
from .pontoon import Skip

VARIANTS = {"tap": {}, "veth": {"attach": "veth"}, "xdp": {"uplink_mode": "xdp"}, "workers": {"options": ["--workers", "2"]}}
INSIDE = "PONTOON_LIVE_INSIDE"
SKIPPED = 77
# A command in network, mount and process namespaces of its own, which end with it.
MOUNTS = ("for place in netns pontoon; do mkdir -p /run/$place && mount -t tmpfs none /run/$place || exit; done; "
          "ip link set lo up && "
          "{ mount -t bpf none /sys/fs/bpf 2>/dev/null || true; } && exec \"$0\" \"$@\"")
OWN_NAMESPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", MOUNTS]


def main(scenario, variants=("tap",), timeout=60, only=None, **lab):
    """`only` is the one kind of switch the scenario is about; `lab` goes to Lab."""
    arguments = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    arguments.add_argument("--switch", choices=["pontoon", "docker0"], default="pontoon")
    arguments.add_argument("--variant", action="append", choices=VARIANTS)
    arguments.add_argument("--build", default="build")
    options = arguments.parse_args()
    if os.environ.get(INSIDE):
        sys.exit(inside(scenario, options, timeout, lab))
    name = pathlib.Path(sys.argv[0]).stem
    if only and options.switch != only:
        print(f"skipped {name}: about {only} alone")
        return
    if options.switch == "docker0":
        variants = variants[:1]
    failed = 0
    for variant in [v for v in variants if v in (options.variant or variants)]:
        failed += outside(name, options, variant, timeout)
    sys.exit(failed != 0)


def outside(name, options, variant, timeout):
    """Runs one variant in namespaces of its own, and says how it went."""
    command = [*OWN_NAMESPACES, sys.executable, os.path.abspath(sys.argv[0]), "--switch", options.switch,
               "--variant", variant, "--build", os.path.abspath(options.build)]
    begin, folder = time.monotonic(), tempfile.mkdtemp(prefix="pontoon-live.")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                               text=True, env={**os.environ, INSIDE: folder})
    try:
        output = process.communicate(timeout=timeout + 15)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        output = f"{process.communicate()[0]}\nended after {timeout + 15} s"
    remove_traces(folder)
    title = f"{name} ({variant if options.switch == 'pontoon' else options.switch})"
    if process.returncode == SKIPPED:
        print(f"skipped {title}: {output.strip().splitlines()[-1]}", flush=True)
        return 0
    word = "ok" if process.returncode == 0 else "FAILED"
    print(f"{word} {title} {time.monotonic() - begin:.1f} s", flush=True)
    if output.strip():
        print("    " + output.strip().replace("\n", "\n    "), flush=True)
    return int(process.returncode != 0)


def inside(scenario, options, timeout, about):
    """One variant, as the first process of its namespaces."""
    def late(*_):
        raise Failure(f"not done within {timeout} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(timeout)
    lab, mounts, status = None, mounted(), 0
    settings = {**about, **VARIANTS[options.variant[0]]}
    settings["options"] = [*about.get("options", ()), *VARIANTS[options.variant[0]].get("options", ())]
    start = settings.pop("start", True)
    try:
        lab = Lab(switch=options.switch, build=options.build, start=False, folder=os.environ[INSIDE], **settings)
        if start:
            lab.switch.start()
        scenario(lab)
        lab.finish()
    except Skip as reason:
        print(reason)
        status = SKIPPED
    except BaseException:
        traceback.print_exc()
        status = 1
        signal.alarm(10)
        print(lab.report() if lab else "no lab", flush=True)
    signal.alarm(20)
    try:
        if lab:
            lab.close()
        nothing_runs()
        if mounted() != mounts:
            raise Failure(f"left mounted: {mounted() - mounts}")
    except BaseException:
        traceback.print_exc()
        status = status if status == 1 else 1
    return status


def mounted():
    with open("/proc/self/mountinfo") as file:
        return {line.split()[4] for line in file}


def nothing_runs():
    """No process is left but this one, which is everybody's parent now."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return
    left = {pid: pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid()}
    raise Failure(f"processes are left: {left}")
