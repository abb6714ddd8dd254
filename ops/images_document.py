"""The pinned images as a script is told of them: docs/images.schema.json. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.services.images import PinnedImage
from ops.images import Seen
from ops.stack_finding import Finding, as_document

SCHEMA = 1
"""Version of the JSON answer."""


def document(
    file: str, found: Sequence[Seen], findings: Sequence[Finding], written: Mapping[str, PinnedImage]
) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential."""
    return {
        "schema": SCHEMA,
        "file": file,
        **as_document(findings),
        "images": [_image(each, written.get(each.pin.name)) for each in found],
    }


def _image(seen: Seen, written: PinnedImage | None) -> dict[str, Any]:
    image = seen.pin.image
    latest = seen.newest_answer if seen.newer else seen.tag if seen.newest else None
    return {
        "name": seen.pin.name,
        "repository": image.repository,
        "tag": image.tag,
        "digest": image.digest,
        "tagState": seen.tag_state.value,
        "newest": seen.newest,
        "newestDigest": None if latest is None else latest.digest,
        "newestPlatforms": [] if latest is None else list(latest.platforms),
        "raised": written is not None,
    }
