"""A simulated `kind`: `kind load docker-image NAME --name CLUSTER`, on nodes of the sandbox in place of kind's own.

The docker engine that it saves from and the containerd that it imports into are real, and the import is the one that
kind does (kind v0.30 pkg/cluster/nodeutils/util.go, LoadImageArchive). What a real kind says is not shown by it.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SOCKETS, LOG, IDLE = "SIMULATED_KIND_SOCKETS", "SIMULATED_KIND_LOG", "SIMULATED_KIND_IDLE"
"""Variables: containerd's sockets, a file that gets a line for each call, and a file that makes it do nothing."""


def main(words: Sequence[str]) -> int:
    """Load an image; the exit code."""
    match words:
        case ["load", "docker-image", image, "--name", cluster]:
            pass
        case _:
            sys.stderr.write(f"simulated kind: no such command: {' '.join(words)}\n")
            return 2
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{cluster} {image}\n")
    if Path(os.environ[IDLE]).exists():
        return 0  # as k3d does when an import fails (k3d-io/k3d#1072)
    if subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode != 0:
        sys.stderr.write(f'ERROR: image: "{image}" not present locally\n')
        return 1
    return max(_import(image, socket) for socket in os.environ[SOCKETS].split(":"))


def _import(image: str, socket: str) -> int:
    words = [
        "ctr",
        "--address",
        socket,
        "--namespace",
        "k8s.io",
        "images",
        "import",
        "--all-platforms",
        "--digests",
        "-",
    ]
    with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saving:
        done = subprocess.run(words, stdin=saving.stdout, check=False)
    return done.returncode or saving.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
