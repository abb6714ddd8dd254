"""What exists in a simulated cloud, and what was done to it: in a file, as each run of the engine is a new process."""

import fcntl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from sandbox.state import private_file

Deed = Literal["create", "update", "delete"]


class Thing(BaseModel, frozen=True):
    """A resource that exists."""

    token: str
    """Its type, such as `aws:ecr/repository:Repository`."""
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    made: float
    """Seconds since 1970, by the cloud's clock: a right that is young may not be known everywhere."""


class Entry(BaseModel, frozen=True):
    """One line of the journal."""

    deed: Deed
    token: str
    id: str
    at: float


class Content(BaseModel):
    """All of it."""

    things: list[Thing] = []
    journal: list[Entry] = []

    def find(self, token: str, identifier: str) -> Thing | None:
        """The thing of this type and id."""
        return next((each for each in self.things if (each.token, each.id) == (token, identifier)), None)

    def of(self, token: str) -> list[Thing]:
        """All things of a type, the oldest first."""
        return [each for each in self.things if each.token == token]

    def put(self, thing: Thing, at: float) -> None:
        """Make it, or put it in the place of the one with its id."""
        known = self.find(thing.token, thing.id)
        self.journal.append(Entry(deed="update" if known else "create", token=thing.token, id=thing.id, at=at))
        if known is None:
            self.things = [*self.things, thing]
        else:
            self.things = [thing if each is known else each for each in self.things]

    def remove(self, thing: Thing, at: float) -> None:
        """Delete it."""
        self.journal.append(Entry(deed="delete", token=thing.token, id=thing.id, at=at))
        self.things = [each for each in self.things if each is not thing]


class World:
    """A file that several processes read and change in turn."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> Content:
        """As it is now; nothing where there is no file yet."""
        return Content.model_validate_json(self._file.read_bytes()) if self._file.exists() else Content()

    def ids(self) -> set[str]:
        """Of everything that was ever made; none where the file cannot be read."""
        try:
            return {entry.id for entry in self.read().journal}
        except (OSError, ValueError):
            return set()

    @contextmanager
    def changing(self) -> Generator[Content]:
        """Its content, alone; what the block did to it is kept, and nothing of it when the block raises."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            content = self.read()
            yield content
            private_file(self._file, content.model_dump_json(indent=1))
