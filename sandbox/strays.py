"""Folders outside the state folder that the parts insist on, taken away again by `down`.

Their places are compiled in: libcni's cache, the kubelet's device plug-in socket and container log links, containerd's
shim sockets, docker's plug-in sockets.
"""

import json
from contextlib import suppress
from pathlib import Path

from sandbox.state import private_json, remove_tree

_FOLDERS = (
    "/var/lib/cni",
    "/var/lib/kubelet",
    "/var/log/containers",
    "/run/containerd",
    "/run/docker",
    "/opt/containerd",
    "/etc/cni",
)
# Where a folder was here before, only these in it are ours.
_OURS = {"/var/lib/cni/results": "sandbox-*", "/var/lib/cni/cache/results": "sandbox-*"}


def remember(note: Path) -> None:
    """Write down which of the folders this machine did not have, unless an earlier run did."""
    if not note.exists():
        private_json(note, [folder for folder in _FOLDERS if not Path(folder).exists()])


def remove(note: Path, state_folder: Path) -> None:
    """Remove the folders that came with the sandbox, and from the others what is the sandbox's."""
    with suppress(OSError, ValueError):
        for folder in json.loads(note.read_text()):
            if folder in _FOLDERS:  # a note is a file, and nothing else may be removed because of it
                remove_tree(Path(folder))
    for folder, pattern in _OURS.items():
        for file in Path(folder).glob(pattern):
            file.unlink(missing_ok=True)
    for link in Path("/var/log/containers").glob("*.log"):
        if link.is_symlink() and link.readlink().is_relative_to(state_folder):
            link.unlink()
