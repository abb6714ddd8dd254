"""The state as it was before `recover` touches it: a file for its owner alone, and how to put it back."""

import os
import shlex
from datetime import UTC, datetime
from pathlib import Path

from ops.stack import Stack
from ops.stack_errors import StackError


def keep(stack: Stack, exported: str) -> Path:
    """Write it beside pulumi's own files; secrets in it are encrypted as in the state itself.

    Args:
        stack: whose.
        exported: as `pulumi stack export` writes it, without `--show-secrets`.

    Raises:
        StackError: it cannot be written.
    """
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    file = home / "recover" / stack.project / f"{stack.name}-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.json"
    return write(file, exported)


def write(file: Path, content: str) -> Path:
    """A file that is only its owner's from its first moment; whole, or not there.

    Raises:
        StackError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write(content)
        except OSError:
            file.unlink(missing_ok=True)
            raise
    except OSError as error:
        folder = shlex.quote(str(_there(file.parent)))
        message = (
            f"a copy of the state cannot be written to {file}: {error.strerror or error}; nothing was changed; mend "
            f"that, then try again; type: ls -ld {folder}; df -h {folder}"
        )
        raise StackError(message) from None
    return file


def put_back(stack: Stack, backup: Path) -> str:
    """What ends the message of a step that failed after the state was kept."""
    return (
        f"; the state as it was is kept in {backup}; where it must be put back, "
        f"type: pulumi stack import --file {shlex.quote(str(backup))}{stack.option}"
    )


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)
