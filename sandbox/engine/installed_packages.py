"""Which packages the program's Python has, and which of them are Pulumi packages with a plug-in.

Follows `listPulumiPackageInfos` and `packageDependencyFromPluginJSON` of the official language host
(pulumi/pulumi at 1b594989). The one difference: the list is read from the installed metadata, not from `pip
list`, because a virtual environment made by uv has no pip; the answer is the same.
"""

import base64
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sandbox.engine.python_toolchain import ToolchainError

_WITHOUT_PLUGIN = ("pulumi-policy", "pulumi-esc-sdk")

# What `determinePluginVersion` takes of PEP 440: no epochs, no local versions.
_VERSION = re.compile(
    r"(?P<numbers>[0-9]+(\.[0-9]+)*)((?P<kind>a|b|rc)(?P<pre>[0-9]*))?(\.post(?P<post>[0-9]*))?(\.dev(?P<dev>[0-9]*))?"
)
_PRE_RELEASES = {"a": "alpha", "b": "beta", "rc": "rc"}

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
class Parameterization:
    """Which package a provider becomes with a parameter (as of `pulumi package add terraform-provider …`)."""

    name: str
    version: str
    value: bytes


@dataclass(frozen=True)
class Plugin:
    """What a Pulumi package says about the provider that belongs to it."""

    name: str
    version: str
    """With a leading `v`."""
    server: str
    parameterization: Parameterization | None = None
    """In place of the provider's own package."""
    extension: Parameterization | None = None
    """Beside the provider's own package."""


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
    """The plug-in of a Pulumi package; None for other packages and for those that need none.

    Raises:
        ToolchainError: its pulumi-plugin.json has a parameterization that cannot be understood.
    """
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
        parameterization=_parameterization(package, "parameterization"),
        extension=_parameterization(package, "extensionParameterization"),
    )


def _parameterization(package: InstalledPackage, key: str) -> Parameterization | None:
    given = (package.plugin or {}).get(key)
    if given is None:
        return None
    try:
        fields = cast("dict[str, str]", given)
        value = base64.b64decode(fields.get("value") or "", validate=True)
        return Parameterization(str(fields.get("name") or ""), str(fields.get("version") or ""), value)
    except (AttributeError, TypeError, ValueError) as error:
        message = f"the pulumi-plugin.json of {package.name} {package.version} has a wrong {key}: {error}"
        raise ToolchainError(message) from error


def _plugin_version(version: str) -> str:
    """A package version as semver, `3.1.0a2` as `3.1.0-alpha.2`; empty where there is no such thing."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return ""
    numbers = [*found["numbers"].split("."), "0", "0"]
    kind, pre = found["kind"], found["pre"]
    build = "".join(f"{word}{found[word]}" for word in ("post", "dev") if found[word] is not None)
    return "".join(
        [
            ".".join(numbers[: max(3, len(numbers) - 2)]),
            f"-{_PRE_RELEASES[kind]}.{pre}" if kind else "",
            f"+{build}" if build else "",
        ]
    )


def _words(value: object) -> list[str]:
    return cast("list[str]", value) if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None
