"""Runs pulumi and keeps the stack files as they were committed. Standard library only: it is in front of each command.

With a passphrase, pulumi writes the salt of its encryption into `Pulumi.<stack>.yaml`, at `stack init` and at each
`up` that finds none (pkg/cmd/pulumi/config/io.go, getAndSaveSecretsManager). The state holds the same salt, and
PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER makes pulumi look there, so the line is taken out again, unless something in
the file is encrypted with it: then the file needs it.
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

_SALT = re.compile(r"^encryptionsalt: .*\n?", re.MULTILINE)
_ENCRYPTED = re.compile(r"^\s*(- )?secure: ", re.MULTILINE)
_ANY_BYTES = "surrogateescape"
"""A file that is not UTF-8 comes back as it was; pulumi says what is wrong with it."""
_PR_SET_PDEATHSIG = 1


def main(words: list[str]) -> int:
    """Run `words`; the exit code is the command's, 128 + signal if one ended it."""
    before = _stack_files(Path.cwd())
    for path in (path for path, text in before.items() if text is None):
        print(f"{path} cannot be read and stays as it is", file=sys.stderr)
    try:
        return _run(words)
    finally:
        restore(before, _stack_files(Path.cwd()))


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


def _run(words: list[str]) -> int:
    on_terminal = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    parent = os.getpid()

    def die_with_parent() -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    process = subprocess.Popen(words, preexec_fn=die_with_parent, start_new_session=not on_terminal)  # noqa: PLW1509 - no threads here

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
