"""A pulumi on PATH with stacks in a file: it lists, tags, exports, destroys and removes them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit import stack_exports as export
from tests.unit.stack_exports import Json

_PROGRAM = Path(__file__).with_name("pulumi_stacks_command.py")


class Stacks:
    """A backend in a folder, and a project whose stacks lie there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder / "pulumi"
        (self._folder / "bin").mkdir(parents=True)
        command = self._folder / "bin" / "pulumi"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {_PROGRAM} {self._folder} "$@"\n')
        command.chmod(0o755)
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text("name: monadic-pipeline\nruntime: python\n")
        self.state = folder / "state"
        monkeypatch.setenv("PATH", f"{self._folder / 'bin'}:/usr/bin:/bin")
        monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{self.state}")
        monkeypatch.chdir(self.project)
        self._write({"stacks": {}, "refused": {}})

    def add(self, name: str, *resources: Json, tags: dict[str, str] | None = None, **more: Any) -> None:
        """A stack; `listed` and `history` as pulumi answers them, `pending` operations, `project` of its resources."""
        made = [of_stack(each, name, more.get("project", export.PROJECT)) for each in resources]
        text = export.exported(*made, pending=more.get("pending", ()))
        listed = {"name": name, "current": False, "resourceCount": len(made), **more.get("listed", {})}
        entry = {"tags": tags or {}, "export": text, "listed": listed, "history": more.get("history", [])}
        known = self._read()
        known["stacks"][name] = entry
        self._write(known)

    def refuse(self, words: str, said: str) -> None:
        """A command that begins with these words, or has them in it, ends with an error from now on."""
        known = self._read()
        known["refused"][words] = said
        self._write(known)

    def after(self, words: str, name: str, **change: Any) -> None:
        """What becomes of a stack as soon as such a command was asked."""
        known = self._read()
        known.setdefault("after", {})[words] = [name, change]
        self._write(known)

    @property
    def names(self) -> list[str]:
        return sorted(self._read()["stacks"])

    def tags(self, name: str) -> dict[str, str]:
        return self._read()["stacks"][name]["tags"]

    @property
    def asked(self) -> list[str]:
        file = self._folder / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def did(self, verb: str) -> list[str]:
        """The commands that begin with it."""
        return [each for each in self.asked if each.startswith(verb)]

    def _read(self) -> dict[str, Any]:
        return json.loads((self._folder / "state.json").read_text())

    def _write(self, known: dict[str, Any]) -> None:
        (self._folder / "state.json").write_text(json.dumps(known))


def of_stack(resource: Json, name: str, project: str) -> Json:
    """A resource of the usual stack, as one of another."""
    head = f"urn:pulumi:{export.STACK}::{export.PROJECT}::"
    return {**resource, "urn": resource["urn"].replace(head, f"urn:pulumi:{name.rpartition('/')[2]}::{project}::")}
