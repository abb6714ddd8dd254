"""The note that pulumi keeps beside a state in a folder, and that a killed update may leave half-written.

It is written in place, and the state itself is put in place after it (gocloud.dev, blob/fileblob/attrs.go, setAttrs).
Cut off between the two, no command of pulumi reads the stack any more, though its state is whole: `failed to load
checkpoint: EOF`. Without its note a state is read as ever.
"""

import json
from pathlib import Path

from ops.stack_lock import folder_of, read_locks


def drop_cut_off(backend: str, project: str, stack: str) -> bool:
    """Remove notes of a stack that are cut off, unless an update may be writing them now; whether one was.

    Args:
        backend: URL of where the state lies.
        project: of the stack.
        stack: its name alone.

    Raises:
        OSError: one cannot be read or removed.
    """
    folder = folder_of(backend)
    locks = read_locks(backend, project, stack)
    if folder is None or any(not each.is_left for each in locks or ()):
        return False
    notes = [*(folder / ".pulumi" / "stacks" / project).glob(f"{stack}.json*.attrs")]
    cut_off = [each for each in notes if not _is_whole(each)]
    for each in cut_off:
        each.unlink(missing_ok=True)
    return bool(cut_off)


def _is_whole(note: Path) -> bool:
    try:
        json.loads(note.read_text())
    except ValueError:
        return False
    return True
