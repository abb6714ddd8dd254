"""What takes the place of an action of others, or of a program of GitHub's machines; all of it is named here.

A step whose action is not in `ACTIONS` fails the test. What these prove nothing about is that the actions themselves
do what is assumed here.
"""

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.bootstrap_venv import venv_key
from tests.stack_files import ROOT

Inputs = Mapping[str, Any]


class StepFailedError(Exception):
    """An action ends with an error, as it would there; what it says."""


@dataclass
class Desk:
    """What a stand-in may use of the job that runs it."""

    workspace: Path
    origin: Path
    """The repository on GitHub."""
    sha: str
    artifacts: Path
    subject: str | None
    """Who the job is; None where it may not say so."""
    trusted: frozenset[str]
    """Whom the clouds let in."""
    login: Mapping[str, str]
    """Variables that a login of a cloud leaves."""
    exported: dict[str, str] = field(default_factory=dict[str, str])
    """Variables for the steps that follow."""


def _checkout(desk: Desk, given: Inputs) -> Mapping[str, str]:
    depth = str(given.get("fetch-depth", 1))
    commands = (
        ("git", "init", "--quiet", str(desk.workspace)),
        ("git", "remote", "add", "origin", desk.origin.as_uri()),
        ("git", "fetch", "--quiet", "--depth", depth, "origin", str(given.get("ref") or desk.sha)),
        ("git", "checkout", "--quiet", "--detach", "FETCH_HEAD"),
    )
    for each in commands:
        subprocess.run(each, cwd=desk.workspace, check=True, capture_output=True)
    return {}


def _python(desk: Desk, _: Inputs) -> Mapping[str, str]:
    """The Python that runs the tests, and a `.venv` with what it has, so that nothing is downloaded for each job."""
    programs = desk.workspace.parent / "python"
    programs.mkdir(exist_ok=True)
    (programs / "python3").unlink(missing_ok=True)
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    desk.exported["PATH"] = f"{programs}:{desk.exported['PATH']}"
    own = desk.workspace / ".venv"
    own.mkdir(exist_ok=True)
    for each in (ROOT / ".venv").iterdir():
        if each.name not in ("made-from", ".lock") and not (own / each.name).exists():
            (own / each.name).symlink_to(each)
    (own / "made-from").write_text(venv_key(desk.workspace))
    return {}


def _upload(desk: Desk, given: Inputs) -> Mapping[str, str]:
    source = desk.workspace / given["path"]
    if source.is_dir():
        shutil.copytree(source, desk.artifacts / given["name"])
    return {}


def _download(desk: Desk, given: Inputs) -> Mapping[str, str]:
    assert ("name" in given) != (given.get("merge-multiple") is True)
    into = desk.workspace / given.get("path", ".")
    into.mkdir(exist_ok=True)
    for each in desk.artifacts.glob(given.get("name") or given["pattern"]):
        shutil.copytree(each, into, dirs_exist_ok=True)
    return {}


def _cloud(*needed: str) -> Callable[[Desk, Inputs], Mapping[str, str]]:
    def log_in(desk: Desk, given: Inputs) -> Mapping[str, str]:
        missing = [each for each in needed if not given.get(each)]
        if missing:
            message = f"Input required and not supplied: {', '.join(missing)}"
            raise StepFailedError(message)
        if desk.subject is None:
            message = "Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable"
            raise StepFailedError(message)
        if desk.subject not in desk.trusted:
            message = "the presented assertion subject does not match any trust"
            raise StepFailedError(message)
        desk.exported.update(desk.login)
        return {}

    return log_in


def _attest(desk: Desk, given: Inputs) -> Mapping[str, str]:
    """It needs to say who it is, and one whole subject."""
    if desk.subject is None or not given["subject-name"] or not given["subject-digest"].startswith("sha256:"):
        message = "no subject, or missing `id-token: write`"
        raise StepFailedError(message)
    if "sbom-path" in given:
        assert (desk.workspace / given["sbom-path"]).is_file()
    return {}


def _list_contents(desk: Desk, given: Inputs) -> Mapping[str, str]:
    (desk.workspace / given["output-file"]).write_text(f"contents of {given['image']}\n")
    (desk.artifacts / given["artifact-name"]).mkdir()
    shutil.copy(desk.workspace / given["output-file"], desk.artifacts / given["artifact-name"])
    return {}


def _scan(desk: Desk, given: Inputs) -> Mapping[str, str]:
    found = (desk.workspace / given["sbom"]).read_text()
    (desk.workspace / given["output-file"]).write_text(f"nothing is known of the {found}")
    return {}


def _pulumi(_: Desk, given: Inputs) -> Mapping[str, str]:
    """The sandbox's is on PATH; with a `command` the action would do more than install it."""
    assert set(given) == {"pulumi-version"}
    return {}


def _nothing(_: Desk, _given: Inputs) -> Mapping[str, str]:
    return {}


def _go(_: Desk, given: Inputs) -> Mapping[str, str]:
    return {"go-version": given["go-version"]}


ACTIONS: Mapping[str, Callable[[Desk, Inputs], Mapping[str, str]]] = {
    "actions/checkout": _checkout,
    "actions/setup-python": _python,
    "actions/setup-go": _go,
    "actions/cache/restore": _nothing,
    "actions/attest": _attest,
    "actions/upload-artifact": _upload,
    "actions/download-artifact": _download,
    "anchore/sbom-action": _list_contents,
    "anchore/scan-action": _scan,
    "sigstore/cosign-installer": _nothing,
    "pulumi/actions": _pulumi,
    "pulumi/auth-actions": _cloud("organization", "requested-token-type"),
    "Azure/login": _cloud("client-id", "tenant-id", "subscription-id"),
    "aws-actions/configure-aws-credentials": _cloud("role-to-assume", "aws-region"),
    "google-github-actions/auth": _cloud("workload_identity_provider", "service_account"),
    "google-github-actions/setup-gcloud": _nothing,
}
"""Action → what does its work here; gives its outputs."""

IN_CHECKOUT = frozenset({"./.github/actions/sandbox"})
"""Our actions whose scripts run in this very checkout: the sandbox of a machine belongs to one, and is up already."""

PROGRAMS: Mapping[str, str] = {
    # Whoever is root already needs none; files that are root's stay so.
    "sudo": 'while [[ "$1" == -* ]]; do shift; done; [ "$1" != chown ] || exit 0; exec "$@"',
    "az": 'case "$*" in "aks install-cli --only-show-errors" | "acr login --name "*) echo "typed: az $*" ;; '
    '*) echo "az: not known here: $*" >&2; exit 2 ;; esac',
}
"""Programs of GitHub's machines that this one need not have, and what they do here."""


def write_programs(folder: Path) -> None:
    """Put them into a folder for PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in PROGRAMS.items():
        file = folder / name
        file.write_text(f"#!/usr/bin/env bash\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
