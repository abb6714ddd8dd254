"""Gives the path of each tool: found on this machine, installed officially, or built once into the user's cache.

A tool that is built is keyed by content: its Go module's files, the Go release, the platform and the flags. Every
checkout of the user shares the result.
"""

import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from sandbox import pulumi_cli
from sandbox.build_progress import BuildState, Display, build_display, duration
from sandbox.errors import SandboxError
from sandbox.go_build import GoBuild, build_flags
from sandbox.go_install import GoInstall, installed_go, missing_go, required_go
from sandbox.pulumi_cli import PathVerdict
from sandbox.tool_catalogue import CATALOGUE, ToolSpec, disk_needed
from sandbox.tool_store import ToolStore, content_key, user_store


class Origin(StrEnum):
    """Where a tool came from."""

    PATH = "on this machine"
    OFFICIAL = "official release"
    BUILT = "built from its Go module"


@dataclass(frozen=True)
class Tool:
    """One tool that can be run."""

    path: Path
    origin: Origin
    detail: str
    """The version, and why it was not taken from elsewhere."""


@dataclass(frozen=True)
class Tools:
    """Tool name → tool."""

    by_name: Mapping[str, Tool]

    def __getitem__(self, name: str) -> Tool:
        return self.by_name[name]

    def describe(self, name: str) -> str:
        """One line: what it is, where it came from and why."""
        tool = self.by_name[name]
        return f"{name}: {tool.detail}, {tool.origin}"


def ensure_tools(names: Sequence[str], console: Console) -> Tools:
    """Make sure that these tools (names of the catalogue) are there; the first run builds for many minutes.

    Raises:
        SandboxError: Go is missing or too old, the disk too small, or a build failed; the message says what to do.
    """
    store = user_store()
    verdict = pulumi_cli.on_path(store.root.parent)
    found = {name: tool for name in names if (tool := _elsewhere(name, verdict)) is not None}
    wanted = [spec for name, spec in CATALOGUE.items() if name in names and name not in found]
    if wanted:
        found |= _Builder(store, console).tools(wanted)
    if "pulumi" in found and not verdict.path:
        found["pulumi"] = replace(found["pulumi"], detail=f"{found['pulumi'].detail} ({verdict.reason})")
    return Tools({name: found[name] for name in names})


def _elsewhere(name: str, pulumi: PathVerdict) -> Tool | None:
    """The tool as somebody else made it, if it is on this machine already."""
    if name == "pulumi":
        return Tool(pulumi.path, Origin.PATH, pulumi.reason) if pulumi.path else None
    if name == "kubernetes-provider":
        spec = CATALOGUE[name]
        plugin = Path.home() / ".pulumi/plugins" / f"resource-kubernetes-v{spec.version}" / spec.binaries[0]
        return Tool(plugin, Origin.PATH, spec.label) if plugin.is_file() else None
    return None


class _Builder:
    """Builds what is not in the store yet."""

    def __init__(self, store: ToolStore, console: Console) -> None:
        self._store = store
        self._console = console

    def tools(self, specs: Sequence[ToolSpec]) -> dict[str, Tool]:
        """These tools, from the store or newly made."""
        go = installed_go()
        keys = {spec.name: _key(spec, go) for spec in specs}
        ready = {spec.name: tool for spec in specs if (tool := self._stored(spec, keys[spec.name]))}
        missing = [spec for spec in specs if spec.name not in ready]
        ready |= self._official(missing)
        missing = [spec for spec in missing if spec.name not in ready]
        if missing:
            ready |= self._build_all(missing, keys, _checked(go, missing, self._store))
        return ready

    def _stored(self, spec: ToolSpec, key: str) -> Tool | None:
        folder = self._store.find(spec.name, key)
        if folder is not None:
            return Tool(folder / spec.binaries[0], Origin.BUILT, spec.label)
        return self._released(spec)

    def _released(self, spec: ToolSpec) -> Tool | None:
        folder = self._store.find(spec.name, _official_key(spec))
        return Tool(folder / "bin" / spec.binaries[0], Origin.OFFICIAL, spec.label) if folder else None

    def _official(self, missing: Iterable[ToolSpec]) -> dict[str, Tool]:
        """Pulumi from its makers, if it is wanted and their host answers; a failure leaves it to be built."""
        spec = next((spec for spec in missing if spec.name == "pulumi"), None)
        if spec is None or not pulumi_cli.download_answers(spec.version):
            return {}
        self._console.print(f"downloading {spec.label} with its official installer", highlight=False)
        with self._store.locked(spec.name, waiting=lambda: None):
            try:
                if self._released(spec) is None:  # another command may have installed it while this one waited
                    with self._store.staging(spec.name, _official_key(spec)) as folder:
                        pulumi_cli.install(spec.version, folder)
            except SandboxError as error:
                self._console.print(f"{error}; building it instead", highlight=False, markup=False)
                return {}
        tool = self._released(spec)
        return {spec.name: tool} if tool else {}

    def _build_all(self, specs: Sequence[ToolSpec], keys: Mapping[str, str], go: GoInstall) -> dict[str, Tool]:
        minutes = round(sum(spec.minutes for spec in specs))
        names = ", ".join(spec.label for spec in specs)
        self._console.print(
            f"building {names}: about {minutes} min on 2 cores, once for this user",
            highlight=False,
            soft_wrap=True,
        )
        built: dict[str, Tool] = {}
        for spec in specs:
            started = time.monotonic()
            with build_display(self._console) as display:
                tool = self._build(spec, keys[spec.name], go, display)
            seconds = duration(time.monotonic() - started)
            self._console.print(f"built {spec.label} in {seconds}", highlight=False)
            built[spec.name] = tool
        return built

    def _build(self, spec: ToolSpec, key: str, go: GoInstall, display: Display) -> Tool:
        started = time.monotonic()

        def waiting() -> None:
            display.show(BuildState(spec.label, "waiting for another build of", time.monotonic() - started))

        with self._store.locked(spec.name, waiting):
            if self._store.find(spec.name, key) is None:
                with self._store.staging(spec.name, key) as folder:
                    GoBuild(spec, go, display, self._store.log(spec.name)).run(folder)
        tool = self._stored(spec, key)
        if tool is None:
            message = f"{spec.label} was built and is gone again from {self._store.root}; try again"
            raise SandboxError(message)
        return tool


def _key(spec: ToolSpec, go: GoInstall | None) -> str:
    circumstances = [f"{go.version[:2]}", go.platform, go.cgo] if go else []
    return content_key(spec.folder, [*circumstances, *build_flags(spec), *spec.packages])


def _official_key(spec: ToolSpec) -> str:
    return content_key(spec.folder, ["official", spec.version])


def _checked(go: GoInstall | None, specs: Sequence[ToolSpec], store: ToolStore) -> GoInstall:
    """Go and the disk will do for these builds.

    Raises:
        SandboxError: they will not.
    """
    problem = missing_go(go, required_go(spec.folder for spec in specs))
    if go is None or problem is not None:
        raise SandboxError(problem or "")
    store.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    needed, free = disk_needed(specs), shutil.disk_usage(store.root).free / 1e9
    if free < needed:
        message = (
            f"building {', '.join(spec.label for spec in specs)} takes up to {needed:.1f} GB below {Path.home()}, "
            f"and {free:.1f} GB are free; free some, or set GOCACHE, GOMODCACHE and XDG_CACHE_HOME to a larger disk"
        )
        raise SandboxError(message)
    return go
