"""A node's disk that is full, or has lost something: a small loop device where containerd keeps what it pulls."""

import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.turns import NODE, turn

_SMALL, _ROOM, _DISK = 16_384, 65_536, 64 << 20


@contextmanager
def small_disk(store: Path, *, without: str = "") -> Generator[None]:
    """Hardly any room in a content store; what is small stays there.

    Args:
        store: containerd's folder of contents.
        without: `sha256:…` of content that is lost.
    """
    blobs = store / "blobs/sha256"
    kept = {path.name: path.read_bytes() for path in blobs.iterdir() if path.stat().st_size < _SMALL}
    kept.pop(without.removeprefix("sha256:"), None)
    with turn(NODE, alone=True), _loop_device(store):
        for folder in (store / "ingest", blobs):
            folder.mkdir(parents=True)
        for name, content in kept.items():
            (blobs / name).write_bytes(content)
        _fill(store)
        yield


@contextmanager
def _loop_device(place: Path) -> Generator[None]:
    """A small file system of its own on a folder; what was there is there again afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        disk = Path(scratch) / "disk"
        with disk.open("wb") as file:
            file.truncate(_DISK)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", str(disk)], check=True)
        subprocess.run(["mount", "-o", "loop", str(disk), str(place)], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def _fill(folder: Path) -> None:
    """Leave hardly any room in its file system."""
    system = os.statvfs(folder)
    with (folder / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, system.f_bavail * system.f_frsize - _ROOM)
