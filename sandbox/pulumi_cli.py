"""Finds a `pulumi` that somebody else made: on PATH, or by the official installer."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.build_progress import signs_of_life
from sandbox.errors import SandboxError

MINIMUM = (3, 244, 0)
"""The first release with every hook that the program uses."""

_RELEASE = "https://get.pulumi.com/releases/sdk/pulumi-v{version}-linux-x64.tar.gz"
_LANGUAGE_HOST = "pulumi-language-python"


@dataclass(frozen=True)
class PathVerdict:
    """What is on PATH."""

    path: Path | None
    """The executable if it will do."""
    reason: str
    """Where it is, or why it will not do."""


def on_path(ours: Path) -> PathVerdict:
    """Look at the `pulumi` on PATH; one below the folder `ours` is one that we built."""
    found = shutil.which("pulumi")
    if found is None:
        return PathVerdict(None, "no pulumi on PATH")
    path = Path(found).resolve()  # an installer's link leads to where the language hosts are
    if path.is_relative_to(ours.resolve()):
        return PathVerdict(None, f"{found} is the one that was built here")
    return judge(path, _version(path), has_language_host=(path.parent / _LANGUAGE_HOST).exists())


def judge(path: Path, version: str, *, has_language_host: bool) -> PathVerdict:
    """Whether a pulumi will do: new enough, and with the Python language host beside it."""
    number = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    wanted = ".".join(str(part) for part in MINIMUM)
    if number is None:
        return PathVerdict(None, f"{path} does not tell its version")
    if (int(number[1]), int(number[2]), int(number[3])) < MINIMUM:
        return PathVerdict(None, f"{path} is {version}, and {wanted} or newer is needed")
    if not has_language_host:
        return PathVerdict(None, f"{path} has no {_LANGUAGE_HOST} beside it")
    return PathVerdict(path, f"{path} ({version})")


def _version(path: Path) -> str:
    try:
        done = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def download_answers(version: str) -> bool:
    """Whether the official release can be downloaded from here: asked with 3 seconds' patience."""
    try:
        answer = httpx.head(_RELEASE.format(version=version), timeout=3, follow_redirects=True)
    except httpx.HTTPError:
        return False
    return answer.is_success


def install(version: str, root: Path) -> None:
    """Run the official installer, which puts `bin/pulumi` and the language hosts below `root`.

    Raises:
        SandboxError: it failed.
    """
    # Imported here: the automation module takes a second, and almost no run gets this far.
    import semver  # noqa: PLC0415
    from pulumi.automation import PulumiCommand  # noqa: PLC0415

    try:
        with signs_of_life(f"the official installer of Pulumi {version} downloads and unpacks it"):
            PulumiCommand.install(root=str(root), version=semver.VersionInfo.parse(version))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        message = f"the official installer of Pulumi {version} failed: {error}"
        raise SandboxError(message) from error
