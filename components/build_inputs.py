"""Everything that goes into a build, and the one tag that names it. Pure.

Two builds with the same inputs get the same tag on every machine: nothing of the checkout's place, its owner,
umask, dates or the order of a directory is part of it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

TAG_LENGTH = 32
"""Hexadecimal digits of a tag: 128 bits, as no two contents may ever share one."""

FILE_MODE = 0o644
PROGRAM_MODE = 0o755

_FORMAT = b"build inputs 1"


@dataclass(frozen=True, order=True)
class Entry:
    """A file or symbolic link of a build context."""

    path: str
    """Relative to the context, `/` between its parts."""
    mode: int
    """`FILE_MODE`, or `PROGRAM_MODE` for what its owner may run; 0 for a link."""
    size: int
    """Bytes."""
    content: str
    """SHA-256 of a file in hexadecimal digits; target of a link."""


@dataclass(frozen=True)
class BuildInputs:
    """What a build is made from."""

    entries: Sequence[Entry]
    dockerfile: str
    """SHA-256 of the Dockerfile in hexadecimal digits."""
    dockerfile_path: str | None
    """Its path among the entries; None if it is none of them: it lies elsewhere, or is ignored."""
    args: Mapping[str, str]
    target: str | None
    platform: str

    @property
    def tag(self) -> str:
        """One tag for each content."""
        hashed = hashlib.sha256()
        for field in self._fields():
            data = field.encode(errors="surrogateescape")
            hashed.update(len(data).to_bytes(8, "big") + data)
        return hashed.hexdigest()[:TAG_LENGTH]

    @property
    def size(self) -> int:
        """Bytes of the context."""
        return sum(entry.size for entry in self.entries)

    def _fields(self) -> Iterator[str]:
        yield _FORMAT.decode()
        yield self.dockerfile
        yield self.platform
        # A stage named "" cannot exist, so None and a stage never meet.
        yield self.target or ""
        yield str(len(self.args))
        for name in sorted(self.args):
            yield from (name, self.args[name])
        for entry in sorted(self.entries):
            yield from (entry.path, f"{entry.mode:o}", entry.content)
        # What a build gets differs by a file then.
        if self.dockerfile_path is not None:
            yield "the Dockerfile is one of them"


def normal_mode(mode: int) -> int:
    """What is kept of a file's permission bits: whether its owner may run it, as git does."""
    return PROGRAM_MODE if mode & 0o100 else FILE_MODE
