"""The user's cache of tools: one folder for each content, filled all at once or not at all.

A folder appears by rename, so its presence is the proof that it is whole. A lock for each tool keeps two builds of the
same tool apart; whoever waits finds the result.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.cache_home import cache_home

_UNUSED_DAYS = 30
_STAGING = ".building-"


def content_key(folder: Path, circumstances: Sequence[str]) -> str:
    """The name of a content: every file of the tool's folder, and what else decides how its binary comes out."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    digest.update("\0".join(circumstances).encode())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class ToolStore:
    """The folder of all tools."""

    root: Path

    def folder(self, tool: str, key: str) -> Path:
        """Where this content of the tool lies, or would lie."""
        return self.root / f"{tool}-{key}"

    def find(self, tool: str, key: str) -> Path | None:
        """The folder of this content if it is there; noted as used now."""
        folder = self.folder(tool, key)
        if not folder.is_dir():
            return None
        os.utime(folder)
        return folder

    def log(self, tool: str) -> Path:
        """The log file of the tool's last build."""
        return self.root / f"{tool}.log"

    @contextmanager
    def locked(self, tool: str, waiting: Callable[[], None]) -> Generator[None]:
        """Hold the right to build this tool; `waiting` is called several times a second until it is free."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / f"{tool}.lock").open("a") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    waiting()
                    time.sleep(0.2)
            self._clean(tool)
            yield

    @contextmanager
    def staging(self, tool: str, key: str) -> Generator[Path]:
        """A folder to fill; it becomes the content's folder when the block ends well, and is removed when not."""
        scratch = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{tool}-", dir=self.root))
        try:
            yield scratch
            scratch.rename(self.folder(tool, key))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _clean(self, tool: str) -> None:
        """Remove what a killed build left, and contents of this tool that nobody used for a month."""
        oldest = time.time() - _UNUSED_DAYS * 86_400
        # mkdtemp's eight characters have no dash, so `kube` does not match a folder of `kube-proxy`.
        for folder in self.root.glob(f"{_STAGING}{tool}-" + "[!-]" * 8):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in self.root.glob(f"{tool}-" + "[0-9a-f]" * 16):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def user_store() -> ToolStore:
    """The store of this user."""
    return ToolStore(cache_home() / "tools")
