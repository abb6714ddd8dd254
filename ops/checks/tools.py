"""The programs and packages on this machine that every deploy needs, with their versions."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from components.platforms.contract import Target
from ops.checks.backend import SANDBOX
from ops.checks.command import run
from ops.checks.finding import Finding, Name, State, ok
from ops.checks.project import Project

SECONDS = 4.0
"""For one program to say its version."""
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;#]+)")
_PACKAGES = {Target.AKS: "azure-native", Target.EKS: "aws", Target.GKE: "gcp"}
"""Pulumi package of a target's cloud; its SDK for Python is `pulumi-<package>`."""
_SHOWN = 4


def check_python(project: Project) -> list[Finding]:
    """Whether the Python that runs the program has the packages of requirements.txt."""
    why = "the program runs with these packages, in just these versions"
    home = Path(sys.prefix) if project.virtualenv is None else project.folder / project.virtualenv
    make = f"python3 -m venv {project.virtualenv} && " if project.virtualenv is not None else ""
    install = f"{make}{project.virtualenv or sys.prefix}/bin/pip install -r requirements.txt"
    if not (home / "bin" / "python").exists():
        what = f"there is no {home / 'bin' / 'python'}, with which Pulumi runs the program"
        return [Finding(Name.PYTHON, State.PROBLEM, what, why, (install,))]
    folders = [str(each) for each in sorted((home / "lib").glob("python3*/*-packages"))]
    wrong = _wrong_packages(project.folder / "requirements.txt", folders)
    if wrong:
        rest = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        what = f"{home} lacks {', '.join(wrong[:_SHOWN])}{rest}"
        return [Finding(Name.PYTHON, State.PROBLEM, what, why, (install,))]
    return ok(Name.PYTHON, f"{platform.python_version()}, with all of requirements.txt")


def check_pulumi(project: Project) -> list[Finding]:
    """Whether Pulumi is there, and new enough for the project."""
    why = "everything is deployed by it"
    if shutil.which("pulumi") is None:
        commands = ("curl -fsSL https://get.pulumi.com | sh", SANDBOX)
        return [Finding(Name.PULUMI, State.PROBLEM, "pulumi is not on the PATH", why, commands)]
    ran = run(["pulumi", "version"], SECONDS, extra={"PULUMI_SKIP_UPDATE_CHECK": "true"})
    if not ran.good:
        return [Finding(Name.PULUMI, State.UNKNOWN, f"pulumi does not tell its version: {ran.said}", why)]
    version = ran.out.strip()
    if version_of(version) < project.pulumi:
        wanted = ".".join(map(str, project.pulumi))
        what = f"pulumi is {version}, and Pulumi.yaml wants {wanted} or newer"
        return [Finding(Name.PULUMI, State.PROBLEM, what, why, ("curl -fsSL https://get.pulumi.com | sh",))]
    return ok(Name.PULUMI, version)


def check_kubectl() -> list[Finding]:
    """Whether kubectl is there, which deploys nothing and is in many a command that mends something."""
    why = "no deploy needs it; the commands that say more of a cluster do"
    if shutil.which("kubectl") is None:
        commands = ("https://kubernetes.io/docs/tasks/tools",)
        return [Finding(Name.KUBECTL, State.WARNING, "kubectl is not on the PATH", why, commands)]
    ran = run(["kubectl", "version", "--client"], SECONDS)
    found = re.search(r"v\d+\.\d+\.\d+\S*", ran.out)
    return ok(Name.KUBECTL, found[0] if found else "is there, and does not tell its version")


def check_plugins(target: Target, environment: Mapping[str, str], home: Path, *, builds: bool) -> list[Finding]:
    """Whether Pulumi has the plug-ins that a stack needs.

    Args:
        target: where the stack runs.
        environment: of this shell.
        home: of the user.
        builds: whether an image is built.
    """
    names = ["kubernetes", *(["docker"] if builds else []), *([_PACKAGES[target]] if target in _PACKAGES else [])]
    wanted = {each: version for each in names if (version := _sdk(each)) is not None}
    store = Path(environment.get("PULUMI_HOME") or home / ".pulumi") / "plugins"
    attached = {each.partition(":")[0] for each in environment.get("PULUMI_DEBUG_PROVIDERS", "").split(",")}
    missing = [
        each
        for each, version in wanted.items()
        if each not in attached
        and not (store / f"resource-{each}-v{version}").is_dir()
        and shutil.which(f"pulumi-resource-{each}", path=environment.get("PATH")) is None
    ]
    if not missing:
        return ok(Name.PLUGINS, ", ".join(f"{each} {version}" for each, version in wanted.items()))
    commands = tuple(f"pulumi plugin install resource {each} {wanted[each]}" for each in missing)
    what = f"not here yet: {', '.join(f'{each} {wanted[each]}' for each in missing)}"
    if environment.get("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "").lower() in ("true", "1"):
        why = "Pulumi may not fetch them by itself in this shell, and does nothing without them"
        return [Finding(Name.PLUGINS, State.PROBLEM, what, why, commands)]
    why = "the first `pulumi up` fetches them, some hundred megabytes"
    return [Finding(Name.PLUGINS, State.WARNING, what, why, commands)]


def version_of(text: str) -> tuple[int, ...]:
    """The numbers of a version such as `v3.244.0-alpha`; none of a text that has none."""
    found = re.search(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def here() -> tuple[Mapping[str, str], Path]:
    """This shell's variables, and the user's home."""
    return os.environ, Path.home()


def _sdk(package: str) -> str | None:
    try:
        return importlib.metadata.version(f"pulumi-{package}")
    except importlib.metadata.PackageNotFoundError:
        return None  # said of Python already


def _wrong_packages(requirements: Path, folders: Sequence[str]) -> list[str]:
    try:
        lines = requirements.read_text().splitlines()
    except (OSError, ValueError):
        return []
    pins = [found for line in lines if (found := _PIN.match(line))]
    return [
        f"{each['name']} {each['version']}" + (f" (has {there})" if there else "")
        for each in pins
        if (there := _installed(each["name"], folders)) != each["version"]
    ]


def _installed(name: str, folders: Sequence[str]) -> str | None:
    found = importlib.metadata.distributions(name=name, path=[*folders])
    return next((each.version for each in found), None)
