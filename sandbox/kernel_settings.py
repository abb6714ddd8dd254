"""The kernel switches that the sandbox and its kubelet change, remembered so that `down` puts them back.

The kubelet sets the `vm` and `kernel` ones by itself (k8s.io/kubernetes, pkg/util/sysctl).
"""

import json
from contextlib import suppress
from pathlib import Path

from sandbox.state import private_json

_FOLDER = Path("/proc/sys")
_CHANGED = (
    "net/ipv4/ip_forward",
    "vm/overcommit_memory",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)


def remember(note: Path) -> None:
    """Write the values of now to `note`, unless an earlier run did: that one saw the machine untouched."""
    if note.exists():
        return
    values: dict[str, str] = {}
    for name in _CHANGED:
        with suppress(OSError):
            values[name] = (_FOLDER / name).read_text().strip()
    private_json(note, values)


def forward_packets() -> None:
    """Let this machine route between pods and the world."""
    (_FOLDER / "net/ipv4/ip_forward").write_text("1\n")


def restore(note: Path) -> None:
    """Put back what `remember` noted; what cannot be set any more is left."""
    with suppress(OSError, ValueError):
        for name, value in json.loads(note.read_text()).items():
            with suppress(OSError):
                (_FOLDER / name).write_text(f"{value}\n")
        note.unlink()
