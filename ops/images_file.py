"""The file of the pinned images on this machine."""

import shutil
import tempfile
from pathlib import Path

from components.services import images
from ops.images_pins import PinsError

FILE = Path(images.__file__).resolve()


def read(file: Path) -> str:
    """Its text, with its line ends as they are.

    Raises:
        PinsError: it cannot be read.
    """
    try:
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = f"it cannot be read: {_why(error)}"
        raise PinsError(reason) from error


def replace(file: Path, old: str, new: str) -> None:
    """Put a new text in place of the old one, whole or not at all.

    Raises:
        PinsError: somebody else changed it since it was read, or it cannot be written; it is as it was.
    """
    if read(file) != old:
        reason = "it was changed while the registries were asked; type the same command again"
        raise PinsError(reason)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as scratch:
            whole = Path(scratch) / file.name
            whole.write_bytes(new.encode())
            shutil.copymode(file, whole)
            whole.replace(file)
    except OSError as error:
        reason = f"it cannot be written, and is as it was: {_why(error)}"
        raise PinsError(reason) from error


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
