"""Where Pulumi keeps a stack's state, and whether this shell has what it takes to use it.

Found as Pulumi does it (pulumi/pulumi pkg/cmd/pulumi/backend/backend.go): a variable, the project, the last login.
"""

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.checks.finding import Finding, Name, State, ok
from ops.checks.project import Project
from ops.stack_lock import Lock

SANDBOX = 'eval "$(.venv/bin/python -m sandbox env)"  # for the sandbox'
WHY_SECRETS = "Pulumi reads the stack's secrets and its state with it; without it nothing is deployed"
_OWN_KEYS = ("file:", "s3:", "azblob:", "gs:", "postgres:")
"""States whose secrets are encrypted with a passphrase, unless the stack file names another way."""
_VALUE, _FILE = "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"


def backend_of(project: Project, environment: Mapping[str, str], home: Path) -> str | None:
    """The URL of the state; None when nobody is logged in anywhere.

    Args:
        project: may name one.
        environment: may, too.
        home: of the user.
    """
    given = environment.get("PULUMI_BACKEND_URL") or project.backend or _last_login(environment, home)
    return given or ("https://api.pulumi.com" if environment.get("PULUMI_ACCESS_TOKEN") else None)


def no_backend() -> Finding:
    """What to do when nobody is logged in."""
    commands = ("pulumi login", "pulumi login --local  # keeps the state in files of this machine", SANDBOX)
    what = "nobody is logged in to where Pulumi keeps its state, and PULUMI_BACKEND_URL is not set"
    return Finding(Name.STACK, State.PROBLEM, what, "Pulumi does nothing without its state", commands)


def missing_passphrase(backend: str, document: Mapping[str, Any], environment: Mapping[str, str]) -> Finding | None:
    """Whether secrets cannot be encrypted, as far as this shell tells.

    Args:
        backend: URL of the state.
        document: the stack file.
        environment: of this shell.
    """
    if not backend.startswith(_OWN_KEYS) or document.get("secretsprovider"):
        return None
    if _VALUE in environment:  # empty counts, too: it is a passphrase
        return None
    file = environment.get(_FILE)
    if file and os.access(file, os.R_OK):
        return None
    what = f"neither {_VALUE} nor {_FILE} is set" if not file else f"{file}, which {_FILE} names, cannot be read"
    return Finding(Name.SECRETS, State.PROBLEM, what, WHY_SECRETS, (f"export {_FILE}=<file>", SANDBOX))


def lock_findings(held: Sequence[Lock] | None, stack: str) -> list[Finding]:
    """What the locks of a stack mean for a deploy.

    Args:
        held: None where nobody can see them; Pulumi tells of them when it meets them.
        stack: its name.
    """
    if held is None:
        return []
    return [_locked(each, stack) for each in held] or ok(Name.LOCK, "nobody else changes the stack")


def _locked(lock: Lock, stack: str) -> Finding:
    ended = ", which has ended" if lock.is_left else ""
    after = "" if lock.is_left else "  # when that update is over, or was killed"
    command = f"pulumi cancel -s {shlex.quote(stack)}{after}"
    return Finding(
        Name.LOCK,
        State.PROBLEM,
        f"locked by {lock.text}{ended}",
        "no update begins before the lock is gone",
        (command,),
    )


def _last_login(environment: Mapping[str, str], home: Path) -> str | None:
    folder = Path(environment.get("PULUMI_HOME") or home / ".pulumi")
    try:
        current = json.loads((folder / "credentials.json").read_text())["current"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return current if isinstance(current, str) and current else None
