"""What the sandbox could leave on a machine, as text to compare, and which of it is a sandbox's by its name."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from sandbox.cgroups import NAME
from sandbox.processes import MARK

_PLACES = ("/run", "/var/lib", "/var/log", "/opt", "/etc", "/var/run/netns", "/run/containerd")
_SWITCHES = ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")
_OURS: Mapping[str, str] = {
    "interfaces": r"monadic",
    # A kube-proxy that is not the sandbox's is never beside it: `up` refuses that.
    "firewall tables": r".* (monadic-sandbox|kube-proxy)$",
    "firewall rules": r".*\bmonadic",
    "mounts": r"/run/monadic-sandbox\b",
    "control groups": "",
    "processes": "",
    "files": r"/run/monadic-sandbox$",
}
"""Kind → how its texts begin that only a sandbox can have made. Written out: a constant of the sandbox's would hide
that both have changed."""


def machine_state() -> dict[str, list[str]]:
    """Processes, mounts, interfaces, rules, control groups, files and switches of this machine."""
    return {
        "interfaces": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "firewall tables": sorted(_lines("nft", "list", "tables")),
        # Without chains, whose lines have counters.
        "firewall rules": sorted(line for line in _lines("iptables-save") if line.startswith("-A ")),
        "mounts": sorted(line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()),
        "control groups": sorted(
            str(group) for form in (NAME, f"*/{NAME}") for group in Path("/sys/fs/cgroup").glob(form)
        ),
        "processes": sorted(filter(None, map(_marked, psutil.process_iter()))),
        "switches": [(Path("/proc/sys") / name).read_text().strip() for name in _SWITCHES],
        "files": sorted(str(file) for place in _PLACES if Path(place).is_dir() for file in Path(place).iterdir()),
    }


def of_a_sandbox(state: Mapping[str, Sequence[str]], folder: Path) -> dict[str, list[str]]:
    """What only a sandbox can have made, by kind; kinds without any are left out.

    Args:
        state: of the machine.
        folder: the sandbox's state folder, below which every mount is its own.
    """
    found = {kind: [each for each in state[kind] if re.match(form, each)] for kind, form in _OURS.items()}
    found["mounts"] += [each for each in state["mounts"] if Path(each).is_relative_to(folder)]
    return {kind: texts for kind, texts in found.items() if texts}


def _marked(process: psutil.Process) -> str | None:
    """A process's name if a sandbox started it, whichever."""
    try:
        return process.name() if MARK in process.environ() or process.name() == "pause" else None
    except psutil.Error:
        return None


def _lines(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]
