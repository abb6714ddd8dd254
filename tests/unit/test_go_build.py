"""Builds of a tiny real Go module, with modules from a proxy in a folder; nothing is fetched from outside.

What this does not prove: that the catalogue's own tools build; the end-to-end tests run them.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import time
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sandbox import tool_catalogue
from sandbox.build_progress import BuildState
from sandbox.errors import SandboxError
from sandbox.go_build import GoBuild
from sandbox.go_install import GoInstall
from sandbox.tool_catalogue import ModuleFile, ReplacedFile, ToolSpec

_DEPENDENCY = "example.invalid/greeting"
_SPEC = ToolSpec(
    name="tiny",
    title="Tiny",
    version="1.2",
    packages=(".",),
    binaries=("small",),
    minutes=3,
    disk_gb=0.1,
    memory_gb=0.1,
    link_values={"main.version": "v1.2"},
)
_MAIN = "func main() { println(version) }\n"
_ANY_GO = GoInstall((1, 26, 0), "linux/amd64", "0", "off", Path("/none"), Path("/none"))
_NEEDS_GO = pytest.mark.skipif(shutil.which("go") is None, reason="Go is not on PATH")


class Recorder:
    """A display that keeps what it is shown."""

    def __init__(self) -> None:
        self.states: list[BuildState] = []

    def show(self, state: BuildState) -> None:
        self.states.append(state)

    def phases(self) -> list[str]:
        """Each phase once, in order."""
        return list(dict.fromkeys(state.phase for state in self.states))


class Workshop:
    """A tool's module, a module proxy and the folder that is built into."""

    def __init__(self, root: Path) -> None:
        self.module = root / "tools" / "tiny"
        self.proxy = root / "proxy"
        self.target = root / "target"
        self.log = root / "tiny.log"
        self.display = Recorder()
        self.module.mkdir(parents=True)
        self.target.mkdir()
        self.write("go.mod", "module tiny\n\ngo 1.21\n")
        # No imports of Go's library: a machine that never built anything has to compile the runtime only.
        self.write("main.go", f'package main\n\nimport _ "tiny/words"\n\nvar version = "unset"\n\n{_MAIN}')
        # Go keeps what it compiled, for days: a text of its own makes a package that was never compiled.
        self.write("words/words.go", f'package words\n\nconst Once = "{uuid.uuid4()}"\n')

    def write(self, name: str, text: str) -> None:
        """A file of the tool's module."""
        path = self.module / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def imitate_go(self, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A `go` that does this."""
        go = self.target.parent / "go"
        go.write_text(f"#!/bin/sh\n{script}\n")
        go.chmod(0o755)
        monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")

    def build(self, spec: ToolSpec = _SPEC) -> None:
        GoBuild(spec, replace(_ANY_GO, proxy=os.environ["GOPROXY"]), self.display, self.log).run(self.target)

    def depend(self, *, sums_right: bool = True) -> None:
        """Publish a module on the proxy and need it."""
        files = {
            "go.mod": f"module {_DEPENDENCY}\n\ngo 1.21\n",
            "greeting.go": 'package greeting\n\nconst Text = "hello"\n',
            "schema.json": '{"a": "schema"}',
        }
        folder = self.proxy / _DEPENDENCY / "@v"
        folder.mkdir(parents=True)
        (folder / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
        (folder / "v1.0.0.mod").write_text(files["go.mod"])
        inside = {f"{_DEPENDENCY}@v1.0.0/{name}": text for name, text in files.items()}
        with zipfile.ZipFile(folder / "v1.0.0.zip", "w") as archive:
            for name, text in inside.items():
                archive.writestr(name, text)
        whole = _sum(inside) if sums_right else _sum({})
        self.write("go.mod", f"module tiny\n\ngo 1.21\n\nrequire {_DEPENDENCY} v1.0.0\n")
        self.write(
            "go.sum",
            f"{_DEPENDENCY} v1.0.0 {whole}\n{_DEPENDENCY} v1.0.0/go.mod {_sum({'go.mod': files['go.mod']})}\n",
        )
        self.write("main.go", f'package main\n\nimport "{_DEPENDENCY}"\n\nfunc main() {{ println(greeting.Text) }}\n')


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    workshop = Workshop(tmp_path)
    monkeypatch.setattr(tool_catalogue, "TOOLS_FOLDER", tmp_path / "tools")
    monkeypatch.setenv("GOPROXY", f"file://{workshop.proxy}")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    return workshop


@_NEEDS_GO
def test_a_module_becomes_a_program_that_knows_its_version_and_nothing_of_this_machine(workshop: Workshop) -> None:
    workshop.build()
    binary = workshop.target / "small"
    done = subprocess.run([binary], capture_output=True, text=True, check=True)
    assert done.stderr == "v1.2\n"
    assert str(workshop.module).encode() not in binary.read_bytes()
    assert workshop.display.phases() == ["downloading modules of", "building", "linking"]
    counted = [state for state in workshop.display.states if state.phase != "downloading modules of"]
    assert counted[-1].done == counted[-1].total >= 2
    assert not any(state.done > state.total for state in counted)


@_NEEDS_GO
def test_what_is_compiled_already_is_neither_counted_nor_expected_to_take_time(workshop: Workshop) -> None:
    workshop.build()
    workshop.display.states.clear()
    workshop.write("words/words.go", f'package words\n\nconst Once = "{uuid.uuid4()}"\n')
    workshop.build()
    last = workshop.display.states[-1]
    assert last.total == 2
    assert 0 < last.usual_minutes < _SPEC.minutes


@_NEEDS_GO
def test_every_package_becomes_its_own_program(workshop: Workshop) -> None:
    for name in ("first", "second"):
        workshop.write(f"{name}/main.go", f'package main\n\nfunc main() {{ println("{name}") }}\n')
    workshop.build(replace(_SPEC, packages=("./first", "./second"), binaries=("first", "second")))
    assert sorted(path.name for path in workshop.target.iterdir()) == ["first", "second"]


@_NEEDS_GO
def test_a_module_is_downloaded_counted_and_its_file_lies_beside_the_program(workshop: Workshop) -> None:
    workshop.depend()
    workshop.build(replace(_SPEC, link_values={}, files=(ModuleFile(_DEPENDENCY, "schema.json"),)))
    done = subprocess.run([workshop.target / "small"], capture_output=True, text=True, check=True)
    assert done.stderr == "hello\n"
    assert (workshop.target / "schema.json").read_text() == '{"a": "schema"}'
    downloads = [state.done for state in workshop.display.states if state.phase == "downloading modules of"]
    assert downloads[-1] == 1


@_NEEDS_GO
def test_a_file_of_a_module_can_be_another_one_for_the_build_alone(workshop: Workshop) -> None:
    workshop.depend()
    workshop.write("other.go.txt", 'package greeting\n\nconst Text = "replaced"\n')
    replaced = (ReplacedFile(_DEPENDENCY, "greeting.go", "other.go.txt"),)
    workshop.build(replace(_SPEC, link_values={}, replaced=replaced))
    done = subprocess.run([workshop.target / "small"], capture_output=True, text=True, check=True)
    assert done.stderr == "replaced\n"
    assert "replace" not in (workshop.module / "go.mod").read_text()
    assert "hello" in (Path(os.environ["GOMODCACHE"]) / f"{_DEPENDENCY}@v1.0.0" / "greeting.go").read_text()


@_NEEDS_GO
def test_a_mistake_in_the_source_is_told_in_the_compilers_words(workshop: Workshop) -> None:
    workshop.write("main.go", "package main\n\nfunc main() { undefinedWord() }\n")
    with pytest.raises(SandboxError) as caught:
        workshop.build()
    assert str(caught.value).startswith("Tiny 1.2 could not be built:\n")
    assert "main.go:3:15: undefined: undefinedWord" in str(caught.value)
    assert "stale" not in str(caught.value)  # our own listing is no news
    assert "undefinedWord" in workshop.log.read_text()
    assert not list(workshop.target.iterdir())


@_NEEDS_GO
def test_a_module_that_is_not_the_pinned_one_is_refused(workshop: Workshop) -> None:
    workshop.depend(sums_right=False)
    with pytest.raises(SandboxError, match="a downloaded module is not the one"):
        workshop.build()


@_NEEDS_GO
def test_a_proxy_that_does_not_answer_is_named_with_what_to_set(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.depend()
    proxy = "http://127.0.0.1:9"  # the discard port: nobody listens
    monkeypatch.setenv("GOPROXY", proxy)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(SandboxError, match=rf"Go modules cannot be downloaded \(GOPROXY={proxy}\)"):
        workshop.build()


@_NEEDS_GO
def test_a_log_tells_of_the_last_build_only(workshop: Workshop) -> None:
    workshop.log.write_text("an earlier failure\n")
    workshop.build()
    assert "an earlier failure" not in workshop.log.read_text()


def test_a_silent_compiler_is_seen_to_work_and_its_silence_is_not_counted(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.imitate_go('if [ "$1" = list ]; then echo package stale a; else sleep 0.8; echo a; fi', monkeypatch)
    workshop.build()
    silent = [state for state in workshop.display.states if state.phase == "building"]
    assert len({state.seconds for state in silent}) >= 2
    assert {state.done for state in silent} == {0}
    assert workshop.display.states[-1].done == 1


def test_an_interrupted_build_leaves_no_compiler_running(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    workshop.imitate_go(f"sleep 60 &\necho $! $$ > {pids}\necho ready\nwait", monkeypatch)

    class Impatient:
        def show(self, state: BuildState) -> None:
            assert state
            if pids.exists() and pids.read_text().strip():
                raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        GoBuild(_SPEC, _ANY_GO, Impatient(), workshop.log).run(workshop.target)
    while any(_lives(int(pid)) for pid in pids.read_text().split()):
        time.sleep(0.05)
    assert time.monotonic() - started < 30  # by itself, it would have taken 60


def _sum(files: Mapping[str, str]) -> str:
    """The hash of go.sum: golang.org/x/mod/sumdb/dirhash, Hash1."""
    lines = (f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
