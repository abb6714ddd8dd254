"""What Pulumi itself says of a stack: its settings with their secrets, and whether its state can be read.

Asked with a copy of the stack file: with a passphrase, Pulumi may write a salt into the file that it reads
(pkg/cmd/pulumi/config/config.go, listConfig). Nothing that is secret leaves this process.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from components.stack_file import StackFile
from ops.checks.backend import WHY_SECRETS, no_backend
from ops.checks.command import Ran, run
from ops.checks.finding import Finding, Name, State, ok
from ops.checks.project import Project
from ops.stack_errors import Asked as Question
from ops.stack_errors import explained
from ops.stack_names import SELECTED, typed_as

SECONDS = 8.0
"""For each question: a state may be far away."""
_QUIET = {"PULUMI_SKIP_UPDATE_CHECK": "true"}
_NO_STACK = "no stack named '"
_FOR_THE_SANDBOX = "for the sandbox: "


@dataclass(frozen=True)
class Asked:
    """What Pulumi gave."""

    values: Mapping[str, str] | None = field(default=None, repr=False)
    """By full key, decrypted; None when it gave none."""
    secret: frozenset[str] = frozenset()
    """The keys of those that hold a secret."""
    findings: tuple[Finding, ...] = ()


def selected_stack(project: Project, backend: str) -> str | None:
    """The stack that commands without `-s` mean, as they take it; None when none is selected, or Pulumi cannot say.

    Args:
        project: which.
        backend: URL of its state; empty where nobody is logged in.
    """
    ran = _pulumi(project, *SELECTED)
    return typed_as(ran.out.strip(), backend) or None if ran.good else None


def ask_settings(project: Project, stack: StackFile) -> Asked:
    """A stack's settings."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / stack.name
        try:
            shutil.copyfile(project.folder / stack.name, copy)
        except OSError as error:
            return Asked(findings=(_unread(f"{stack.name} cannot be copied: {error.strerror}", stack),))
        ran = _pulumi(project, "config", "--json", "--show-secrets", "-s", stack.stack, "--config-file", str(copy))
    if not ran.good:
        return Asked(findings=(failure(ran, project, stack),))
    try:
        entries = cast("Mapping[str, Mapping[str, Any]]", json.loads(ran.out))
        values = {key: str(entry["value"]) for key, entry in entries.items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        return Asked(findings=(_unread("what it answers is no list of settings", stack),))
    return Asked(values, frozenset(key for key, entry in entries.items() if entry.get("secret")))


def ask_secrets(project: Project, stack: StackFile) -> list[Finding]:
    """Whether the state's secrets can be read; nothing of it is kept."""
    ran = _pulumi(project, "stack", "export", "--show-secrets", "-s", stack.stack, keep=False)
    if ran.good:
        return ok(Name.SECRETS, "the state and its secrets can be read")
    return [failure(ran, project, stack)]


def failure(ran: Ran, project: Project, stack: StackFile) -> Finding:
    """What it means that Pulumi does not answer a question about a stack. Pure, but for this shell's variables."""
    if _NO_STACK in ran.error:
        what = f"Pulumi has no stack {stack.stack} yet"
        why = "`pulumi up` asks whether to make it, and fails where nobody can answer"
        return Finding(Name.STACK, State.WARNING, what, why, (f"pulumi stack init {stack.stack}",))
    if ran.code is None:
        return _unread(ran.said, stack)
    said, _, typed = explained(ran.error, Question(project.folder, stack.stack, os.environ)).partition("; type: ")
    if said.startswith("nobody is logged in"):
        return no_backend()
    if "passphrase" in said.lower():
        return Finding(Name.SECRETS, State.PROBLEM, said, WHY_SECRETS, _commands(typed))
    return _unread(said, stack)


def _commands(typed: str) -> tuple[str, ...]:
    """The commands of a message for one line, each by itself."""
    found = [each.strip() for each in typed.split("; ") if each.strip()]
    return tuple(
        f"{each.removeprefix(_FOR_THE_SANDBOX)}  # for the sandbox" if each.startswith(_FOR_THE_SANDBOX) else each
        for each in found
    )


def _unread(said: str, stack: StackFile) -> Finding:
    why, look = "a deploy asks Pulumi for the same", f"pulumi config -s {stack.stack}"
    return Finding(Name.STACK, State.UNKNOWN, f"Pulumi does not give the stack: {said}", why, (look,))


def _pulumi(project: Project, *words: str, keep: bool = True) -> Ran:
    command = ["pulumi", *words, "--non-interactive", "--color", "never"]
    return run(command, SECONDS, folder=project.folder, extra=_QUIET, keep=keep)
