"""Runs pulumi: stack files stay as they were committed, temporary files go, and a foreign passphrase is told.

Standard library only: it is in front of each command.

With a passphrase, pulumi writes the salt of its encryption into `Pulumi.<stack>.yaml`, at `stack init` and at each
`up` that finds none (pkg/cmd/pulumi/config/io.go, getAndSaveSecretsManager). The state holds the same salt, and
PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER makes pulumi look there, so the line is taken out again, unless something in
the file is encrypted with it: then the file needs it.

The Kubernetes provider writes the kubeconfig, with its keys, into a temporary file that it never removes
(pulumi-kubernetes, provider/pkg/provider/util.go), and pulumi ends plug-ins before they clean up: each command gets a
temporary folder of its own.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

_SALT = re.compile(r"^encryptionsalt: .*\n?", re.MULTILINE)
_ENCRYPTED = re.compile(r"^\s*(- )?secure: ", re.MULTILINE)
_ANY_BYTES = "surrogateescape"
"""A file that is not UTF-8 comes back as it was; pulumi says what is wrong with it."""
_PR_SET_PDEATHSIG = 1
_VALUE, _FILE = "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"
_OWN = ("monadic-pipeline", "passphrase")
"""How the path of the sandbox's own passphrase ends (state.py)."""


def main(words: list[str]) -> int:
    """Run `words`; the exit code is the command's, 128 + signal if one ended it."""
    before = _stack_files(Path.cwd())
    for path in (path for path, text in before.items() if text is None):
        print(f"{path} cannot be read and stays as it is", file=sys.stderr)
    try:
        with _temporary() as scratch:
            code = _run(words, scratch)
    finally:
        restore(before, _stack_files(Path.cwd()))
    told = foreign_passphrase(os.environ) if code else None
    if told is not None:
        print(told, file=sys.stderr)
    return code


def foreign_passphrase(environment: Mapping[str, str]) -> str | None:
    """What to say after a failure in a shell whose passphrase is not the sandbox's though its stacks are; else None.

    Pulumi's own words are not read: a pipe in their way would take the terminal from it.
    """
    if not environment.get("PULUMI_BACKEND_URL", "").startswith("file:"):  # those stacks have keys of their own
        return None
    file = environment.get(_FILE, "")
    if _VALUE in environment:  # set and empty counts, too: it comes before the file
        reason = f"{_VALUE} is set and comes before it"
    elif Path(file).parts[-2:] != _OWN:
        reason = f"{_FILE} is {file or 'not set'}"
    elif not os.access(file, os.R_OK):
        reason = f"{file} cannot be read; without it nobody can read what it encrypted"
    else:
        return None
    return (
        f"this shell does not use the sandbox's passphrase: {reason}. If pulumi says that the passphrase is incorrect "
        'or missing, type: eval "$(.venv/bin/python -m sandbox env)"'
    )


def without_salt(before: str | None, after: str) -> str | None:
    """What a stack file must be after a command: None to leave it as it is.

    Args:
        before: its text before the command; None if there was no such file.
        after: its text now.
    """
    had_salt = before is not None and _SALT.search(before)
    if had_salt or not _SALT.search(after) or _ENCRYPTED.search(after):
        return None
    stripped = _SALT.sub("", after)
    # Pulumi writes the whole file anew; where only the salt came, the file gets its own spacing and quotes back.
    return before if before is not None and _same_meaning(before, stripped) else stripped


def restore(before: Mapping[Path, str | None], after: Mapping[Path, str | None]) -> None:
    """Take the salt out of files that had none; a file that holds nothing else was made for it and goes.

    Args:
        before: text of each stack file before the command; None for one that could not be read.
        after: likewise, now.
    """
    unknown = {path for path, text in (*before.items(), *after.items()) if text is None}
    for path, text in after.items():
        wanted = None if path in unknown else without_salt(before.get(path), text or "")
        if wanted is None:
            continue
        if path not in before and not wanted.replace("{}", "").strip():
            path.unlink()
        else:
            path.write_bytes(wanted.encode(errors=_ANY_BYTES))


def _same_meaning(one: str, other: str) -> bool:
    def plain(text: str) -> list[str]:
        lines = (
            re.sub(r"\s+#.*|^#.*", "", line).strip().replace('"', "").replace("'", "") for line in text.splitlines()
        )
        return [line for line in lines if line]

    return plain(one) == plain(other)


def _stack_files(start: Path) -> dict[Path, str | None]:
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").exists():
            return {path: _text(path) for path in sorted(folder.glob("Pulumi.*.yaml"))}
    return {}


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode(errors=_ANY_BYTES)
    except OSError:
        return None


def _temporary() -> tempfile.TemporaryDirectory[str]:
    """A folder for one command, in Pulumi's own one: should this process be killed, it goes with the sandbox."""
    home = os.environ.get("PULUMI_HOME", "")
    place = home if os.access(home, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="tmp-", dir=place, ignore_cleanup_errors=True)


def _run(words: list[str], scratch: str) -> int:
    on_terminal = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    parent = os.getpid()

    def die_with_parent() -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    process = subprocess.Popen(
        words,
        env={**os.environ, "TMPDIR": scratch},
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here
        start_new_session=not on_terminal,
    )

    def forward(number: int, _frame: FrameType | None) -> None:
        # A terminal sends Ctrl-C to both of us, and a second one would make pulumi stop without saving.
        if not (on_terminal and number == signal.SIGINT):
            process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    code = process.wait()
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
