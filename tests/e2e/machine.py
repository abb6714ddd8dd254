"""What the sandbox could leave on a machine, as text to compare."""

import subprocess
from pathlib import Path

from sandbox.cgroups import NAME

_PLACES = ("/run", "/var/lib", "/var/log", "/opt", "/etc", "/var/run/netns", "/run/containerd")
_SWITCHES = ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")


def machine_state() -> dict[str, list[str]]:
    """Processes, mounts, interfaces, rules, control groups, files and switches of this machine."""
    return {
        "interfaces": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "firewall tables": sorted(_lines("nft", "list", "tables")),
        "mounts": sorted(line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()),
        "control groups": sorted(map(str, Path("/sys/fs/cgroup").glob(f"*/{NAME}"))),
        "processes": sorted(name for name in _lines("ps", "-eo", "comm=") if name in _PARTS),
        "switches": [(Path("/proc/sys") / name).read_text().strip() for name in _SWITCHES],
        "files": sorted(str(file) for place in _PLACES if Path(place).is_dir() for file in Path(place).iterdir()),
    }


_PARTS = {"kube", "etcd", "containerd", "containerd-shim", "dockerd", "docker-registry", "traefik", "coredns", "pause"}


def _lines(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]
