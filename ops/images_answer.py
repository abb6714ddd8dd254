"""Checks the pinned images, raises them if asked to, and prints what it finds; the exit code says how it is."""

import json
import os
from pathlib import Path

from ops.images import raised
from ops.images_document import document
from ops.images_file import read, replace
from ops.images_health import findings
from ops.images_look import look
from ops.images_pins import PinsError, read_pins, with_images
from ops.images_show import rows
from ops.stack_finding import health_of
from ops.stack_show import show
from ops.streams import failed, standard_output


def answer(file: Path, *, write: bool, as_document: bool) -> int:
    """Print it, for a person or for a script.

    Args:
        file: with the pinned images.
        write: whether to put the newest releases into it.
        as_document: as JSON.

    Raises:
        OSError: it cannot be written to standard output.
        NoStreamError: there is no standard output.
    """
    out, name = standard_output(), os.path.relpath(file)
    try:
        text = read(file)
        found = look(read_pins(text))
        newer = {each.pin.name: image for each in found if write and (image := raised(each)) is not None}
        if newer:
            replace(file, text, with_images(text, newer))
    except PinsError as error:
        return failed(f"{name}: {error}")
    left = findings([each for each in found if each.pin.name not in newer])
    if as_document:
        print(json.dumps(document(name, found, left, newer), indent=2), file=out)
    else:
        show(rows(name, found, left, newer), out)
    return health_of(left)
