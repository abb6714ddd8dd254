"""Which packages the program's Python has, and which of them are Pulumi packages with a plug-in.

Follows `listPulumiPackageInfos` and `packageDependencyFromPluginJSON` of the official language host
(pulumi/pulumi at 1b594989). The one difference: the list is read from the installed metadata, not from `pip
list`, because a virtual environment made by uv has no pip; the answer is the same.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sandbox.engine.python_toolchain import ToolchainError

_WITHOUT_PLUGIN = ("pulumi-policy", "pulumi-esc-sdk")

# Runs in the program's Python, which need not have this package.
_LIST = """
import importlib.metadata, json, os, re, sys
packages = {}
for dist in importlib.metadata.distributions():
    meta = dist.metadata
    name = re.sub(r"[-_.]+", "-", meta["Name"]).lower()
    if name in packages:
        continue
    plugin = None
    for folder in sys.path:
        file = os.path.join(folder, meta["Name"].replace("-", "_"), "pulumi-plugin.json")
        if os.path.isfile(file):
            with open(file) as text:
                plugin = json.load(text)
            break
    needs = [re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", r)[0]).lower()
             for r in dist.requires or [] if "extra ==" not in r]
    packages[name] = {"version": dist.version, "plugin": plugin, "needs": needs}
print(json.dumps(packages))
"""


@dataclass(frozen=True)
class InstalledPackage:
    """One installed distribution."""

    name: str
    """Normalised: lower case, dashes."""
    version: str
    plugin: Mapping[str, object] | None
    """Its pulumi-plugin.json."""
    needed_by_others: bool


@dataclass(frozen=True)
class Plugin:
    """What a Pulumi package says about the provider that belongs to it."""

    name: str
    version: str
    """With a leading `v`."""
    server: str


def installed(python: Path, environment: Mapping[str, str]) -> list[InstalledPackage]:
    """Every distribution that `python` sees, by name.

    Raises:
        ToolchainError: the interpreter cannot be run.
    """
    try:
        done = subprocess.run(
            [python, "-c", _LIST], capture_output=True, text=True, check=True, env=environment, timeout=120
        )
        found: dict[str, dict[str, object]] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        message = f"{python} does not list its packages: {error}"
        raise ToolchainError(message) from error
    needed = {need for entry in found.values() for need in _words(entry["needs"])}
    return [
        InstalledPackage(name, str(entry["version"]), _mapping(entry["plugin"]), name in needed)
        for name, entry in sorted(found.items())
    ]


def plugin_of(package: InstalledPackage) -> Plugin | None:
    """The plug-in of a Pulumi package; None for other packages and for those that need none."""
    if package.name in _WITHOUT_PLUGIN:
        return None
    described = package.plugin
    if described is None:
        if not package.name.startswith("pulumi-"):
            return None
        described = {"resource": True}
    if not described.get("resource"):
        return None
    version = str(described.get("version") or "") or _plugin_version(package.version)
    if not version:
        return None
    return Plugin(
        name=str(described.get("name") or "") or package.name.removeprefix("pulumi-"),
        version=version if version.startswith("v") else f"v{version}",
        server=str(described.get("server") or ""),
    )


def _plugin_version(version: str) -> str:
    """A released package version as semver; empty for pre-releases, whose build suffix nobody can know."""
    number = re.fullmatch(r"\d+(\.\d+)*", version)
    return ".".join([*version.split("."), "0", "0"][: max(3, version.count(".") + 1)]) if number else ""


def _words(value: object) -> list[str]:
    return cast("list[str]", value) if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None
