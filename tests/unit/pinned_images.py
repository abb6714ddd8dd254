"""A registry with images as those of the services are, a file that pins them, and the command that looks at both."""

import json
import runpy
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.stack_files import ROOT
from tests.unit.registry_server import Registry, Reply, Request, registry

LLM, TRACES = "team/llm", "team/traces"
FORM: dict[str, Any] = json.loads((ROOT / "docs" / "images.schema.json").read_text())
SOURCE = ROOT / "components" / "services" / "images.py"
BOTH = ("linux/amd64", "linux/arm64")


@dataclass(frozen=True)
class Pinned:
    """What is served, and the file that pins some of it."""

    served: Registry
    file: Path

    def release(self, path: str, tag: str, platforms: Sequence[str] = BOTH) -> str:
        """Push a list of images for these platforms; its digest."""
        sizes = (int.from_bytes(tag.encode()) % 9973,)  # so that no two tags name the same
        children = {self.served.push_image(path, f"{tag}-{each[6:]}", each, sizes): each for each in platforms}
        return self.served.push_index(path, tag, children)

    def move(self, path: str, tag: str) -> str:
        """Let a tag name another list; its digest. The old one stays."""
        return self.release(path, tag, (*BOTH, "linux/riscv64"))

    def forget(self, path: str, name: str) -> None:
        """Take a tag or a digest away."""
        del self.served.content[f"/v2/{path}/manifests/{name}"]
        self.served.tags[path] = [each for each in self.served.tags[path] if each != name]

    def forget_all(self, path: str) -> None:
        """Take a whole repository away."""
        del self.served.tags[path]
        for each in [each for each in self.served.content if each.startswith(f"/v2/{path}/")]:
            del self.served.content[each]

    def pin(self, **images: tuple[str, str, str]) -> None:
        """Write the file: constant → path, tag, digest; all else is as in the project's own."""
        head = SOURCE.read_text().partition("OLLAMA = ")[0]
        calls = (_pinned(name, f"{self.served.host}/{path}", tag, to) for name, (path, tag, to) in images.items())
        self.file.write_text(head + "".join(calls))


def _pinned(name: str, *words: str) -> str:
    listed = ", ".join(f'"{each}"' for each in words)
    return f"{name} = PinnedImage(\n    {listed}\n)\n"


@contextmanager
def pinned_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Pinned]:
    """A registry with a release of each of two images, both pinned in `images.py` of the folder."""
    with registry() as served:
        made = Pinned(served, folder / "images.py")
        llm, traces = made.release(LLM, "0.32.6"), made.release(TRACES, "2.9.0")
        made.pin(OLLAMA=(LLM, "0.32.6", llm), JAEGER=(TRACES, "2.9.0", traces))
        monkeypatch.setattr("ops.images_file.FILE", made.file)
        monkeypatch.setenv("DOCKER_CONFIG", str(folder / "docker"))
        monkeypatch.chdir(folder)
        yield made


def ops_images(*words: str) -> Result:
    """Type it."""
    return CliRunner().invoke(app, ["images", *words])


def told(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and document, which fits its schema."""
    done = ops_images("--json", *words)
    document = json.loads(done.stdout)
    check: Any = Draft202012Validator(FORM)
    assert [f"{each.json_path}: {each.message}" for each in check.iter_errors(document)] == []
    return done.exit_code, document


def texts(document: dict[str, Any]) -> list[str]:
    """What it finds."""
    return [each["text"] for each in document["findings"]]


def imported(file: Path) -> dict[str, tuple[str, str]]:
    """Tag and digest of each constant, as a program that imports the file sees them."""
    found = runpy.run_path(str(file))
    return {name: (each.tag, each.digest) for name, each in found.items() if type(each).__name__ == "PinnedImage"}


def refusing(reply: Reply, below: str) -> Callable[[Request], Reply | None]:
    """For `overrides`: answers whatever has `below` in its path."""
    return lambda request: reply if below in request.path else None
