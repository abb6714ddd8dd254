"""A stack of the project here, read with plain pulumi from wherever it keeps its state.

Secrets are decrypted, since one of them is the login of the cluster: they are kept in memory and shown nowhere.
"""

import json
import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
from ops.stack_errors import Asked, StackError, explained, nothing_there
from ops.stack_lock import Lock, read_locks
from ops.stack_names import known_stacks, nearest
from ops.stack_project import Project, find_project
from ops.state import State, StateError, read_state
from pulls.beside import beside
from pulls.fixes import Target


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack that has been deployed."""

    name: str
    project: str
    state: State
    locks: tuple[Lock, ...] | None
    """Who holds it; None where that cannot be seen."""

    @property
    def target(self) -> Target:
        """Where it runs, by its own output; `any` for programs that do not say."""
        said = self.output("target")
        return Target(said) if said in set(Target) else Target.ANY

    @property
    def url(self) -> str:
        """Where it answers, by its own output; empty for programs that do not say."""
        said = self.output("url")
        return said if said.startswith(("http://", "https://")) else ""

    def output(self, name: str) -> str:
        """An output of the stack; empty where it is no text, or secret."""
        found = self.state.outputs.get(name)
        return found if isinstance(found, str) else ""


def read_stack(name: str | None, start: Path, *, locked: bool = False, empty: bool = False) -> Stack:
    """Read a stack.

    Args:
        name: as pulumi takes it; None for the selected one.
        start: a folder in the project.
        locked: take one with nothing in it too, where somebody holds it.
        empty: take one with nothing in it too, whoever holds it.

    Raises:
        StackError: there is no pulumi, no project, no login, no such stack or nothing in it; or it is of another
            project, or its secrets cannot be decrypted.
    """
    pulumi = find_pulumi(start)
    project = find_project(start)
    backend = backend_url(pulumi, project.backend)
    asked = Asked(start, name or "", os.environ, partial(_stacks, pulumi, name or ""))
    try:
        exported = pulumi.run("stack", "export", "--show-secrets", *(("--stack", name) if name else ()))
        state = read_state(exported)
        owner, called = state.stack if any(state.stack) else _place(name, project, pulumi)
    except PulumiError as error:
        raise StackError(explained(error.said, asked)) from None
    except StateError as error:
        raise StackError(explained(str(error), asked)) from None
    if owner != project.name:
        message = (
            f"the stack {called} is of the project {owner}, and {project.folder} is the project {project.name}; "
            f"type: cd FOLDER   # the one of {owner}"
        )
        raise StackError(message)
    locks = read_locks(backend(), owner, called)
    if not any(state.stack) and not empty and not (locked and locks):
        raise StackError(nothing_there(asked, locks or ()))
    return Stack(name=called, project=owner, state=state, locks=locks)


def _place(name: str | None, project: Project, pulumi: Pulumi) -> tuple[str, str]:
    """Project and name of a stack whose state is empty and names neither.

    Raises:
        PulumiError: no stack is selected.
    """
    *above, called = (name or pulumi.run("stack", "--show-name").strip()).split("/")
    return above[-1] if len(above) > 1 else project.name, called


def _stacks(pulumi: Pulumi, wanted: str) -> str:
    return nearest(wanted, known_stacks(pulumi))


def backend_url(pulumi: Pulumi, of_project: str) -> Callable[[], str]:
    """Where the state lies, in pulumi's own order; whoever is logged in is asked for beside what follows.

    The answer is empty where nobody is logged in.
    """
    known = os.environ.get("PULUMI_BACKEND_URL") or of_project
    if known:
        return lambda: known
    logged_in: Future[str] = beside(lambda: pulumi.run("whoami", "--json"))

    def url() -> str:
        try:
            return str(json.loads(logged_in.result())["url"])
        except (PulumiError, StackError, ValueError, TypeError, KeyError):
            return ""  # then nobody knows who holds it, and nothing else depends on it

    return url
