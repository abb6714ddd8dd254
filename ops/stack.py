"""A stack of the project here, read with plain pulumi from wherever it keeps its state.

Secrets are decrypted, since one of them is the login of the cluster: they are kept in memory and shown nowhere.
"""

import json
import os
import shlex
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
from ops.stack_errors import CUT_OFF, Asked, StackError, explained, nothing_there
from ops.stack_lock import Lock, read_locks
from ops.stack_names import SELECTED, known_stacks, nearest, typed_as
from ops.stack_note import drop_cut_off
from ops.stack_project import Project, find_project
from ops.state import State, StateError, read_state
from pulls.beside import beside
from pulls.fixes import Target


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack that has been deployed."""

    name: str
    """Its name alone, as in the name of its file."""
    reference: str
    """As pulumi takes it: as it was typed, or of a selected one with its organization. To Pulumi Cloud a name alone is
    a stack of the default organization, which may be another one."""
    project: str
    state: State
    locks: tuple[Lock, ...] | None
    """Who holds it; None where that cannot be seen."""

    @property
    def option(self) -> str:
        """For a command that a person types."""
        return f" -s {shlex.quote(self.reference)}"

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
        locked: take one with nothing in it too, where somebody holds it, and one whose note was cut off; for `recover`.
        empty: take one with nothing in it too, whoever holds it.

    Raises:
        StackError: there is no pulumi, no project, no login, no such stack or nothing in it; or it is of another
            project, or its secrets cannot be decrypted.
    """
    pulumi = find_pulumi(start)
    project = find_project(start)
    backend = backend_url(pulumi, project.backend)
    shown = None if name else beside(partial(pulumi.run, *SELECTED))
    asked = Asked(start, name or "", os.environ, partial(_stacks, pulumi, name or ""))
    try:
        export = partial(pulumi.run, "stack", "export", "--show-secrets", *(("--stack", name) if name else ()))
        exported = _mended(export, lambda: _place(_full(name, shown), project), backend) if locked else export()
        state, full = read_state(exported), _full(name, shown)
        owner, called = state.stack if any(state.stack) else _place(full, project)
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
    reference = name or typed_as(full, backend())
    if not any(state.stack) and not empty and not (locked and locks):
        raise StackError(nothing_there(asked, locks or ()))
    return Stack(name=called, reference=reference, project=owner, state=state, locks=locks)


def _full(name: str | None, shown: Future[str] | None) -> str:
    return (name or "") if shown is None else shown.result().strip()


def _mended(export: Callable[[], str], place: Callable[[], tuple[str, str]], backend: Callable[[], str]) -> str:
    """The export, also of a stack that a killed update has left with half a note.

    Raises:
        PulumiError: it cannot be had.
    """
    try:
        return export()
    except PulumiError as error:
        with suppress(OSError):  # then pulumi's own words are told
            if CUT_OFF.search(error.said) and drop_cut_off(backend(), *place()):
                return export()
        raise


def _place(name: str, project: Project) -> tuple[str, str]:
    """Project and name of a stack whose state is empty and names neither."""
    *above, called = name.split("/")
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
