"""What pulumi says when it cannot do something, told as one message with what to type. Pure.

Words of pulumi v3.274: pkg/backend/backenderr/backenderr.go, pkg/backend/diy/store.go and lock.go,
pkg/secrets/passphrase/manager.go, pkg/cmd/pulumi/stack/io.go, sdk/go/common/workspace/paths.go. They decide, and not
the exit codes: before v3.230 nearly all of these were 255.
"""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.stack_lock import Lock, locks_in
from pulls.text.redact import redact

INSTALL = "https://www.pulumi.com/docs/iac/download-install"
SANDBOX = 'for the sandbox: eval "$(.venv/bin/python -m sandbox env)"'
_VALUE, _FILE = "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"
_LONGEST = 400
CUT_OFF = re.compile(r"failed to load checkpoint: (unexpected )?EOF")
"""Told where a note beside a state ends too soon (stack_note.py)."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class StackError(Exception):
    """A stack cannot be read, or is not what was meant; one message: what, where, and what to type."""


@dataclass(frozen=True)
class Asked:
    """What pulumi was asked about, for its messages."""

    folder: Path
    stack: str = ""
    """As it was typed; empty for the selected one."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    stacks: Callable[[], str] = field(default=str, repr=False)
    """Names the stacks that are there, and the ones that may be meant; asked only when none is found."""
    doing: str = ""
    """What it was to do, where that is not to read the stack, such as `destroy the stack aks`."""
    command: str = ""
    """What a person may try then."""

    @property
    def which(self) -> str:
        """For a sentence."""
        return f"the stack {self.stack}" if self.stack else "the selected stack"

    @property
    def option(self) -> str:
        """For a command."""
        return f" -s {shlex.quote(self.stack)}" if self.stack else ""


def explained(said: str, asked: Asked) -> str:
    """One message for what pulumi wrote to standard error when it failed."""
    plain = _COLOURS.sub("", said)
    for pattern, message in _RULES:
        if pattern.search(plain):
            return message(plain, asked)
    return _other(plain, asked)


def no_project(folder: Path) -> str:
    """Told before pulumi is asked, too."""
    return f"there is no Pulumi.yaml in {folder} or above it; type: cd FOLDER   # the one of the Pulumi program"


def nothing_there(asked: Asked, locks: Sequence[Lock]) -> str:
    """A stack without resources; its first update may be at work, or was killed before it made any."""
    text = f"nothing is deployed in {asked.which}"
    if not locks:
        return f"{text}; type: pulumi up{asked.option}"
    holders = ", ".join(each.text for each in locks)
    if not all(each.is_left for each in locks):
        return f"{text} yet, and an update holds it: {holders}; wait until that has ended"
    return (
        f"{text}, and it is still locked by {holders}, which has ended; "
        f"type: .venv/bin/python -m ops recover{asked.option}"
    )


def no_pulumi() -> str:
    """Told instead of asking."""
    return f"there is no pulumi on PATH; type, {SANDBOX}; anywhere else, install it: {INSTALL}"


def _no_project(_: str, asked: Asked) -> str:
    return no_project(asked.folder)


def _no_login(_: str, _asked: Asked) -> str:
    return (
        "nobody is logged in to where pulumi keeps its state, and PULUMI_BACKEND_URL is not set; type: pulumi login; "
        f"{SANDBOX}"
    )


def _none_selected(_: str, asked: Asked) -> str:
    return f"no stack is selected in {asked.folder}{asked.stacks()}; type: pulumi stack select NAME   # or add: -s NAME"


def _no_such_stack(_: str, asked: Asked) -> str:
    if not asked.stack:
        return f"the selected stack is not there any more{asked.stacks()}; type: pulumi stack select NAME"
    return f"there is no stack {asked.stack!r}{asked.stacks()}; type: pulumi stack ls"


def _wrong_passphrase(_: str, asked: Asked) -> str:
    given = asked.environment
    if _VALUE in given:
        also = f", which comes before {_FILE}" if given.get(_FILE) else ""
        reason = f"the passphrase in {_VALUE} is not the one that its secrets are encrypted with{also}"
    elif given.get(_FILE):
        reason = f"the passphrase in the file {given[_FILE]} ({_FILE}) is not the one of its secrets"
    else:
        reason = f"its secrets are encrypted, and neither {_VALUE} nor {_FILE} is set"
    return _passphrase(reason, asked)


def _unread_passphrase(_: str, asked: Asked) -> str:
    file = asked.environment.get(_FILE, "")
    return _passphrase(f"the file of its passphrase, {file} ({_FILE}), cannot be read", asked)


def _passphrase(reason: str, asked: Asked) -> str:
    unset = f"unset {_VALUE}; " if _VALUE in asked.environment else ""
    return f"{asked.which} cannot be read: {reason}; type: {unset}export {_FILE}=FILE; {SANDBOX}"


def _locked(said: str, asked: Asked) -> str:
    return locked(asked.which, locks_in(said), asked.option)


def locked(which: str, locks: list[Lock], option: str) -> str:
    """What holds a stack, and what to type."""
    holders = ", ".join(each.text for each in locks) or "another update"
    return (
        f"{which} is locked by {holders}; wait until that has ended, or, where it was killed, "
        f"type: pulumi cancel{option}"
    )


def _cut_off(_: str, asked: Asked) -> str:
    return (
        f"{asked.which} cannot be read: an update was killed while pulumi wrote down its state, which is whole all the "
        f"same; type: .venv/bin/python -m ops recover{asked.option}"
    )


def _other(said: str, asked: Asked) -> str:
    """Its own words, from the first error on: warnings may stand before it."""
    words = " ".join(redact(said).split())
    words = words[words.find("error:") :].removeprefix("error:").strip() if "error:" in words else words
    command = asked.command or f"pulumi stack export{asked.option} --file /dev/null"
    doing = asked.doing or f"read {asked.which}"
    return f"pulumi cannot {doing}: {words[:_LONGEST] or 'it does not say why'}; try: {command}"


_RULES: tuple[tuple[re.Pattern[str], Callable[[str, Asked], str]], ...] = (
    (re.compile(r"no Pulumi\.yaml (project file )?found"), _no_project),
    (re.compile(r"PULUMI_ACCESS_TOKEN must be set|requires logging in|have you logged in|pulumi login"), _no_login),
    (re.compile(r"no stack selected|requires a stack, but there are none"), _none_selected),
    (re.compile(r"no stack named '|stack not found|failed to find the stack snapshot"), _no_such_stack),
    (re.compile(r"unable to (read|construct a path the) PULUMI_CONFIG_PASSPHRASE_FILE"), _unread_passphrase),
    (re.compile(r"incorrect passphrase|passphrase must be set"), _wrong_passphrase),
    (CUT_OFF, _cut_off),
    (re.compile(r"currently locked by|update is currently in progress"), _locked),
)
