"""What the sandbox could leave on a machine, as text to compare."""

import subprocess
from pathlib import Path

import psutil

from sandbox.cgroups import NAME
from sandbox.processes import MARK

_PLACES = ("/run", "/var/lib", "/var/log", "/opt", "/etc", "/var/run/netns", "/run/containerd")
_SWITCHES = ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")


def machine_state() -> dict[str, list[str]]:
    """Processes, mounts, interfaces, rules, control groups, files and switches of this machine."""
    return {
        "interfaces": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "firewall tables": sorted(_lines("nft", "list", "tables")),
        "mounts": sorted(line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()),
        "control groups": sorted(
            str(group) for form in (NAME, f"*/{NAME}") for group in Path("/sys/fs/cgroup").glob(form)
        ),
        "processes": sorted(filter(None, map(_marked, psutil.process_iter()))),
        "switches": [(Path("/proc/sys") / name).read_text().strip() for name in _SWITCHES],
        "files": sorted(str(file) for place in _PLACES if Path(place).is_dir() for file in Path(place).iterdir()),
    }


def _marked(process: psutil.Process) -> str | None:
    """A process's name if a sandbox started it, whichever."""
    try:
        return process.name() if MARK in process.environ() or process.name() == "pause" else None
    except psutil.Error:
        return None


def _lines(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]
