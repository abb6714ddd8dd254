"""Where each tool comes from: this machine, the official release, or a build. The builds are imitated by a `go`."""

import io
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sandbox import pulumi_cli, toolchain
from sandbox.errors import SandboxError
from sandbox.tool_catalogue import CATALOGUE
from sandbox.tool_store import user_store
from sandbox.toolchain import Origin, Tools, ensure_tools

# Answers as go does: `env`, `list`, and `build`, which notes that it ran and writes what `-o` names.
_GO = """#!/bin/sh
case "$1" in
env) cat {folder}/env.json ;;
list) echo package stale a ;;
build)
  echo built >> {folder}/builds
  test -e {folder}/broken && {{ echo "main.go:1:1: syntax error"; exit 1; }}
  while [ "$1" != -o ]; do shift; done
  echo program > "$2"
  ;;
esac
"""


class Machine:
    """A machine of its own: home, PATH, cache, a `go`; no network."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.bin = root / "bin"
        self.console = Console(file=io.StringIO(), width=200)
        for folder in (self.home, self.bin):
            folder.mkdir()
        self.put(self.bin / "go", _GO.format(folder=root))
        self.go_is("go1.99.0")

    def put(self, path: Path, script: str) -> Path:
        """An executable."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)
        return path

    def go_is(self, version: str) -> None:
        """The version that `go` tells."""
        values = dict.fromkeys(("GOOS", "GOARCH", "CGO_ENABLED", "GOPROXY", "GOCACHE", "GOMODCACHE"), "x")
        (self.root / "env.json").write_text(json.dumps({**values, "GOVERSION": version}))

    def ensure(self, *names: str) -> Tools:
        return ensure_tools(names, self.console)

    def builds(self) -> int:
        """How many builds have run."""
        file = self.root / "builds"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def said(self) -> str:
        assert isinstance(self.console.file, io.StringIO)
        return self.console.file.getvalue()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("HOME", str(machine.home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{machine.bin}:/usr/bin:/bin")
    monkeypatch.setattr(toolchain, "disk_needed", _needs(0))
    monkeypatch.setattr(pulumi_cli, "download_answers", _answers(False))
    return machine


def test_a_tool_is_built_once_and_found_afterwards(machine: Machine) -> None:
    tool = machine.ensure("coredns")["coredns"]
    assert tool.path.read_text() == "program\n"
    assert tool.origin is Origin.BUILT
    assert machine.ensure("coredns")["coredns"] == tool
    assert machine.builds() == 1
    assert "building CoreDNS 1.14.7: about 1 min" in machine.said()
    assert "built CoreDNS 1.14.7 in 0 s" in machine.said()


def test_tools_come_in_the_order_asked_for_with_where_they_came_from(machine: Machine) -> None:
    tools = machine.ensure("pause", "coredns")
    assert list(tools.by_name) == ["pause", "coredns"]
    assert tools.describe("pause") == "pause: pause 1, built from its Go module"
    assert machine.builds() == 2


def test_what_was_built_is_kept_by_a_patch_release_of_go_and_built_anew_by_another(machine: Machine) -> None:
    first = machine.ensure("pause")["pause"]
    machine.go_is("go1.99.7")  # a patch release compiles the same language and library
    assert machine.ensure("pause")["pause"] == first
    machine.go_is("go1.100.0")
    assert machine.ensure("pause")["pause"].path != first.path
    assert machine.builds() == 2


def test_a_build_that_fails_leaves_nothing_and_the_next_one_tries_again(machine: Machine) -> None:
    (machine.root / "broken").touch()
    with pytest.raises(SandboxError, match=r"(?s)pause 1 could not be built:.*main\.go:1:1: syntax error"):
        machine.ensure("pause")
    (machine.root / "broken").unlink()
    assert machine.ensure("pause")["pause"].path.is_file()


def test_an_old_go_is_refused_before_anything_is_built(machine: Machine) -> None:
    machine.go_is("go1.20.1")
    with pytest.raises(SandboxError, match=r"Go 1\.20\.1 is too old; install Go"):
        machine.ensure("pause")
    assert machine.builds() == 0


def test_a_machine_without_go_is_told_what_to_install(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.bin / "go").unlink()
    monkeypatch.setenv("PATH", str(machine.bin))
    with pytest.raises(SandboxError, match="Go is not on PATH; install Go"):
        machine.ensure("pause")


def test_a_disk_that_is_too_small_is_refused_before_anything_is_built(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain, "disk_needed", _needs(1e9))
    with pytest.raises(SandboxError, match=r"building pause 1 takes up to .* and .* GB are free; free some, or set GO"):
        machine.ensure("pause")
    assert machine.builds() == 0


def test_a_pulumi_on_this_machine_is_taken(machine: Machine) -> None:
    pulumi = machine.put(machine.bin / "pulumi", "#!/bin/sh\necho v3.274.1\n")
    (machine.bin / "pulumi-language-python").touch()
    tool = machine.ensure("pulumi")["pulumi"]
    assert (tool.path, tool.origin) == (pulumi, Origin.PATH)
    assert machine.builds() == 0


def test_pulumi_is_built_where_its_makers_cannot_be_reached(machine: Machine) -> None:
    assert machine.ensure("pulumi")["pulumi"].origin is Origin.BUILT


def test_pulumi_comes_from_its_makers_where_they_can_be_reached(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(_version: str, root: Path) -> None:
        machine.put(root / "bin" / "pulumi", "official")

    monkeypatch.setattr(pulumi_cli, "download_answers", _answers(True))
    monkeypatch.setattr(pulumi_cli, "install", install)
    tool = machine.ensure("pulumi")["pulumi"]
    assert (tool.path.read_text(), tool.origin) == ("official", Origin.OFFICIAL)
    monkeypatch.setattr(pulumi_cli, "download_answers", _answers(False))
    assert machine.ensure("pulumi")["pulumi"] == tool  # kept
    assert machine.builds() == 0


def test_commands_that_want_pulumi_at_once_install_it_once(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    installs: list[Path] = []
    gate = threading.Barrier(2)

    def install(_version: str, root: Path) -> None:
        installs.append(machine.put(root / "bin" / "pulumi", "official"))

    def answer(_version: str) -> bool:
        gate.wait(timeout=10)  # both have seen that it is missing
        return True

    monkeypatch.setattr(pulumi_cli, "download_answers", answer)
    monkeypatch.setattr(pulumi_cli, "install", install)
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(machine.ensure, ["pulumi", "pulumi"])
    assert first["pulumi"] == second["pulumi"]
    assert len(installs) == 1


def test_pulumi_is_built_when_its_installer_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_version: str, root: Path) -> None:
        (root / "half").touch()
        message = "the official installer failed: [403]"
        raise SandboxError(message)

    monkeypatch.setattr(pulumi_cli, "download_answers", _answers(True))
    monkeypatch.setattr(pulumi_cli, "install", fail)
    assert machine.ensure("pulumi")["pulumi"].origin is Origin.BUILT
    assert "the official installer failed: [403]; building it instead" in machine.said()
    assert not list(user_store().root.rglob("half"))


def test_only_pulumi_is_asked_of_its_makers(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_version: str) -> bool:
        message = "nobody needs it"
        raise AssertionError(message)

    monkeypatch.setattr(pulumi_cli, "download_answers", refuse)
    assert machine.ensure("pause")["pause"].origin is Origin.BUILT


def test_a_kubernetes_provider_of_the_pinned_version_is_taken_from_pulumis_folder(machine: Machine) -> None:
    spec = CATALOGUE["kubernetes-provider"]
    folder = machine.home / ".pulumi/plugins" / f"resource-kubernetes-v{spec.version}"
    plugin = machine.put(folder / "pulumi-resource-kubernetes", "")
    tool = machine.ensure("kubernetes-provider")["kubernetes-provider"]
    assert (tool.path, tool.origin) == (plugin, Origin.PATH)


def test_a_change_of_a_pin_is_another_tool(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = machine.ensure("pause")["pause"]
    changed = replace(CATALOGUE["pause"], link_values={"main.version": "2"})
    monkeypatch.setattr(toolchain, "CATALOGUE", {"pause": changed})
    assert machine.ensure("pause")["pause"].path != first.path


def _needs(gigabytes: float) -> Callable[[object], float]:
    return lambda _: gigabytes


def _answers(answer: bool) -> Callable[[str], bool]:
    return lambda _: answer
